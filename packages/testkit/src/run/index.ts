export {
  NOTE,
  PROGRESS,
  type SuiteEvent,
  type SuiteOptions,
  type TestFailure,
  type TestName,
  type TestResult,
} from './events.ts'
export { runSuite, type RunOptions, type SuiteOutcome } from './run.ts'
