export { killGroup } from './child.ts'
export { debugSuite } from './debug.ts'
export {
  CODE_STARTS,
  LATE,
  NOTE,
  PROGRESS,
  type DeviceReceipt,
  type FoundTest,
  type RecordedCall,
  type SuiteEvent,
  type SuiteOptions,
  type TestFailure,
  type TestName,
  type TestRecord,
  type TestResult,
} from './events.ts'
export { failureOf } from './reporter.ts'
export { HostUnusable, MOST_STRETCH, runSuite, type RunOptions, type SuiteOutcome } from './run.ts'
export { NAN_MADE } from './nan-made.ts'
export { WarmSuite, type During, type WarmOptions, type WarmOutcome, type WarmRun } from './warm.ts'
export type { RunningAt } from './where.ts'
