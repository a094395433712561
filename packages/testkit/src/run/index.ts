export {
  NOTE,
  PROGRESS,
  type RecordedCall,
  type SuiteEvent,
  type SuiteOptions,
  type TestFailure,
  type TestName,
  type TestRecord,
  type TestResult,
} from './events.ts'
export { runSuite, type RunOptions, type SuiteOutcome } from './run.ts'
