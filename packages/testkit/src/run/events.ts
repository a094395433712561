import type { RunningAt } from './where.ts'

/** One suite to run, and where. */
export interface SuiteOptions {
  /** Folder in which Vitest looks for the test files. */
  readonly root: string
  /** Globs of test files, relative to `root`. */
  readonly include: readonly string[]
  /** Import prefixes and what they stand for: `{ '#lab/': '/…/solutions/01-perceptron/src/' }`. */
  readonly alias?: Readonly<Record<string, string>>
  /** Plain data that tests read with Vitest's `inject`. */
  readonly provide?: Readonly<Record<string, unknown>>
  /** Only tests of this exercise. */
  readonly exercise?: string
  /** Only this test of it. */
  readonly test?: string
  /** Say which tests there are, and run none. */
  readonly listOnly?: boolean
  /** Bound on one test. */
  readonly testSeconds: number
  /** Each file in a thread of its own, the default. Without, files share what they load: quicker, where all of it is ours. */
  readonly isolate?: boolean
  /** The code under test shares the thread: an error of it that nothing waits for fails the test. Takes isolated files. */
  readonly lateErrors?: boolean
}

/** A test, by the exercise that it belongs to and its own name. */
export interface TestName {
  readonly exercise: string
  readonly name: string
}

/** A test that is there, and the file that it is in, relative to the root of the suite. */
export interface FoundTest extends TestName {
  readonly file?: string
}

export interface TestFailure {
  /** Class name of what was thrown: `AssertionError`, `NotImplemented`, `StudentError`, … */
  readonly name: string
  readonly message: string
  readonly stack: string
  /** Fields that some errors carry, such as `kind`. */
  readonly kind?: string
  /** The line of the student's files that it comes from, where it is known. */
  readonly place?: string
  /** What the student may read of it. */
  readonly told?: string
  /** Both sides of an assertion in words, where it has two. */
  readonly expected?: string
  readonly actual?: string
  /** The file of tests that could not be loaded because of it. */
  readonly file?: string
}

/** What a test did with the code under test, in words, for whoever asks how a verdict came about. */
export interface TestRecord {
  readonly calls: readonly RecordedCall[]
  /** How many calls between the first and the last ones are not in `calls`. */
  readonly leftOut: number
}

export interface RecordedCall {
  /** Its number among all calls, from 1. */
  readonly number: number
  /** `score`, `new Adam`, `Adam.step`, or `callback` for a call in the other direction. */
  readonly name: string
  readonly args: readonly string[]
  readonly ended: 'returned' | 'threw' | 'not at all'
  /** What was returned or thrown. */
  readonly value: string
}

/** That a device computed for the code under test: which one, and how much. */
export interface DeviceReceipt {
  readonly device: string
  readonly driver: string
  /** Numbers of known kernels that it had right before it began. */
  readonly checked: number
  readonly commands: number
  /** Multiplications and additions, about. */
  readonly work: number
  readonly reads: number
}

export interface TestResult extends TestName {
  readonly state: 'passed' | 'failed' | 'skipped'
  readonly ms: number
  readonly failures: readonly TestFailure[]
  /** What the test noted for the report. */
  readonly notes: readonly string[]
  /** What the code under test printed, for whoever looks into a failure. */
  readonly output: string
  /** Whether the code under test had answered by the end, where it runs in a process of its own. */
  readonly answered?: boolean
  /** There when the suite was asked to keep one. */
  readonly record?: TestRecord
  /** There when the code under test computed on a device that is not its own. */
  readonly receipt?: DeviceReceipt
}

/** What the host tells while it works. */
export type SuiteEvent =
  | { readonly type: 'collected'; readonly tests: readonly FoundTest[] }
  | { readonly type: 'started'; readonly test: TestName }
  | { readonly type: 'progress'; readonly test: TestName; readonly text: string }
  | { readonly type: 'finished'; readonly result: TestResult }
  /** A file that could not be imported, or an error outside any test. */
  | { readonly type: 'broken'; readonly failure: TestFailure }
  /** The host has loaded what it needs: from now on it runs tests, and code under test. */
  | { readonly type: 'ready' }
  /** A test is about to start the code under test, where that runs in a process of its own; said once. */
  | { readonly type: 'code-starts' }
  /** What the code under test printed; only of a suite that stays open. */
  | { readonly type: 'printed'; readonly text: string }
  /** Where the code under test is at the moment, the innermost line first; only of a suite that stays open. */
  | { readonly type: 'where'; readonly places: readonly RunningAt[] }
  /** Where it was when it had taken so much memory, more than before; only of a suite that stays open. */
  | { readonly type: 'grown'; readonly places: readonly RunningAt[]; readonly megabytes: number }
  | { readonly type: 'done' }

/** What the parent says to a host that stays. */
export type Order =
  | { readonly type: 'open'; readonly suite: SuiteOptions }
  | {
      readonly type: 'run'
      readonly exercise?: string
      /** Files that have changed since the last run, by their full path. */
      readonly changed: readonly string[]
      /** Stop those files where they make a NaN. */
      readonly traceNaN?: boolean
      /** How much the JavaScript heap may hold, where that is bounded. */
      readonly heapMB?: number
    }
  /** Asks for the lines at which the code is at this moment, of code that does not come back. */
  | { readonly type: 'where' }

/** Annotation types by which a test speaks to the host. */
export const PROGRESS = 'progress'
export const NOTE = 'note'
export const BEGINS = 'begins'
export const CODE_STARTS = 'code-starts'

/** `kind` of an error that came when nothing waited for it. */
export const LATE = 'late'

declare module 'vitest' {
  interface TaskMeta {
    /** What the code under test printed. */
    output?: string
    /** Whether the code under test, in a process of its own, has answered anything. */
    answered?: boolean
    /** Errors that no promise of the test took, such as an unhandled rejection: the test has failed by them. */
    strays?: TestFailure[]
    /** How the test went, when it was asked to tell. */
    record?: TestRecord
    /** What a device computed for it. */
    receipt?: DeviceReceipt
  }
}
