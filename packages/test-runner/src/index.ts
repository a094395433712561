export { debugSuite } from './debug-suite.ts'
export {
  CODE_STARTS,
  failureOf,
  LATE,
  MOST_STRETCH,
  NAN_MADE,
  NOTE,
  PROGRESS,
  type DeviceReceipt,
  type FoundTest,
  type NaNOrigin,
  type RecordedCall,
  type SuiteEvent,
  type SuiteOptions,
  type TestFailure,
  type TestName,
  type TestRecord,
  type TestResult,
} from './events.ts'
export { killGroup } from './host-process.ts'
export { HostUnusable, type SuiteOutcome } from './outcome.ts'
export { runSuite, type RunOptions } from './run-suite.ts'
export type { RunningAt } from './running-at.ts'
export { SuiteHosts } from './suite-hosts.ts'
export { WarmSuite, type During, type WarmOptions, type WarmOutcome, type WarmRun } from './warm-suite.ts'
