import type { MatcherData } from '@backprop/testkit'
import type { RunningAt } from './running-at.ts'

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
  /** Only this test of the exercise. */
  readonly test?: string
  /** Leave out these tests. */
  readonly skip?: readonly TestName[]
  /** List the tests and run none. */
  readonly listOnly?: boolean
  /** Time limit of one test. */
  readonly testSeconds: number
  /** One thread per test file, the default. Without it, files share what they load: quicker when all of it is trusted. */
  readonly isolate?: boolean
  /** The code under test shares the thread: an error in it that nothing waits for fails the test. Needs `isolate`. */
  readonly lateErrors?: boolean
}

/** A test: the exercise that it belongs to, and its name. */
export interface TestName {
  readonly exercise: string
  readonly name: string
}

/** A test in a file; `file` is relative to the root of the suite. */
export interface FoundTest extends TestName {
  readonly file?: string
}

/** An operation whose result is NaN: `x / sum`, with `/` and the operands `0` and `0`. */
export interface NaNOrigin {
  /** The code of the operation. */
  readonly source: string
  /** `/`, `Math.log`, …; missing for a call of the code under test. */
  readonly operator?: string
  /** The operands as text: a number, `undefined`, `a list`, … */
  readonly operands: readonly string[]
}

export interface TestFailure {
  /** Class name of what was thrown: `AssertionError`, `NotImplemented`, `StudentError`, … */
  readonly name: string
  readonly message: string
  readonly stack: string
  /** Fields that some errors carry, such as `kind`. */
  readonly kind?: string
  /** The line of the student's files that it comes from, if known. */
  readonly place?: string
  /** What the student may read of it. */
  readonly told?: string
  /** Of an assertion: the reason that the test gave, apart from what it found. */
  readonly hint?: string
  /** Of an assertion of testkit: a `Mismatch`. Unchecked, because the code under test may have made it up. */
  readonly mismatch?: unknown
  /** Of `NotImplemented`: the exercise whose stub threw it. */
  readonly exercise?: string
  /** Of `NAN_MADE`: the operation that produced the NaN. */
  readonly nan?: NaNOrigin
  /** Both sides of an assertion as text, if it has two. */
  readonly expected?: string
  readonly actual?: string
  /** The test file that could not be loaded because of it. */
  readonly file?: string
}

/** What a test did with the code under test, as text: it explains how a verdict came about. */
export interface TestRecord {
  readonly calls: readonly RecordedCall[]
  /** How many calls in the middle are missing from `calls`. */
  readonly leftOut: number
}

export interface RecordedCall {
  /** Its number among all calls, counted from 1. */
  readonly number: number
  /** `score`, `new Adam`, `Adam.step`, or `callback` for a call in the other direction. */
  readonly name: string
  readonly args: readonly string[]
  readonly ended: 'returned' | 'threw' | 'not at all'
  /** What was returned or thrown. */
  readonly value: string
}

/** Proof that a device computed for the code under test: which device, and how much. */
export interface DeviceReceipt {
  readonly device: string
  readonly driver: string
  /** How many numbers of known kernels it computed correctly before it began. */
  readonly checked: number
  readonly commands: number
  /** Number of multiplications and additions, roughly. */
  readonly work: number
  readonly reads: number
}

export interface TestResult extends TestName {
  readonly state: 'passed' | 'failed' | 'skipped'
  readonly ms: number
  readonly failures: readonly TestFailure[]
  /** What the test noted for the report. */
  readonly notes: readonly string[]
  /** What the code under test printed. */
  readonly output: string
  /** Whether the code under test had answered by the end, if it runs in a separate process. */
  readonly answered?: boolean
  /** Present when the suite was asked to keep one. */
  readonly record?: TestRecord
  /** Present when a device computed for the code under test. */
  readonly receipt?: DeviceReceipt
}

/** What the host reports while it works. */
export type SuiteEvent =
  | { readonly type: 'collected'; readonly tests: readonly FoundTest[] }
  | { readonly type: 'started'; readonly test: TestName }
  | { readonly type: 'progress'; readonly test: TestName; readonly text: string }
  | { readonly type: 'finished'; readonly result: TestResult }
  /** A file could not be imported, or an error happened outside any test. */
  | { readonly type: 'broken'; readonly failure: TestFailure }
  /** The host has loaded what it needs: from now on it runs tests and code under test. */
  | { readonly type: 'ready' }
  /** A test is about to start the code under test in a separate process; sent once. */
  | { readonly type: 'code-starts' }
  /** What the code under test printed; only from a suite that stays open. */
  | { readonly type: 'printed'; readonly text: string }
  /** Where the code under test is at the moment, the innermost line first; only from a suite that stays open. */
  | { readonly type: 'where'; readonly places: readonly RunningAt[] }
  /** Where it was when its memory had grown to `megabytes`; only from a suite that stays open. */
  | { readonly type: 'grown'; readonly places: readonly RunningAt[]; readonly megabytes: number }
  /** How many seconds of processor time the host has used since it last reported something else. */
  | { readonly type: 'cpu'; readonly seconds: number }
  | { readonly type: 'done' }

/** A command of the parent to a host that stays open. */
export type Order =
  | { readonly type: 'open'; readonly suite: SuiteOptions }
  | {
      readonly type: 'run'
      readonly exercise?: string
      /** Absolute paths of the files that have changed since the last run. */
      readonly changed: readonly string[]
      /** Stop those files where they produce a NaN. */
      readonly traceNaN?: boolean
      /** Limit on the JavaScript heap, if there is one. */
      readonly heapMB?: number
    }
  /** Asks where the code is at the moment, when it doesn't return. */
  | { readonly type: 'where' }
  /** Asks how much processor time was used since something was reported: little, if the machine is busy with others. */
  | { readonly type: 'cpu' }

/** Types of the annotations that a test sends to the host. */
export const PROGRESS = 'progress'
export const NOTE = 'note'
export const BEGINS = 'begins'
export const CODE_STARTS = 'code-starts'

/** How many times longer a time limit may become while the machine is busy. */
export const MOST_STRETCH = 10

/** `kind` of an error that nothing waited for. */
export const LATE = 'late'

/** Name of the error that code throws under `traceNaN`. */
export const NAN_MADE = 'NaNMade'

/** What was thrown, as plain data that can cross the boundary of a process. */
export function failureOf(thrown: unknown): TestFailure {
  const error = (thrown ?? {}) as Record<string, unknown>
  const text = (field: string, most: number) => {
    const value = error[field]
    return typeof value === 'string' ? value.slice(0, most) : undefined
  }
  // Vitest calls the failure of a custom matcher just "Error"; only its context tells it apart.
  const context = error.__vitest_error_context__ as { readonly meta?: Partial<MatcherData> } | undefined
  const { mismatch, text: own } = context?.meta ?? {}
  return {
    name: context ? 'AssertionError' : text('name', 200) || 'Error',
    message: text('message', 8000) ?? '',
    stack: text('stack', 16_000) ?? '',
    kind: text('kind', 40),
    place: text('place', 120),
    told: text('told', 1000),
    hint: own === undefined ? undefined : hintIn(text('message', 8000) ?? '', String(own)),
    mismatch,
    exercise: text('exercise', 80),
    nan: nanOrigin(error.nan),
    expected: text('expected', 4000),
    actual: text('actual', 4000),
  }
}

/** Vitest puts the reason that a test gives before the message of a matcher. */
const hintIn = (message: string, own: string): string | undefined =>
  message.endsWith(`: ${own}`) ? message.slice(0, -own.length - 2) : undefined

function nanOrigin(nan: unknown): NaNOrigin | undefined {
  const { source, operator, operands } = (nan ?? {}) as Record<string, unknown>
  if (typeof source !== 'string' || !Array.isArray(operands)) return undefined
  const texts = operands.slice(0, 8).map(each => String(each).slice(0, 80))
  return { source: source.slice(0, 80), operands: texts, ...(typeof operator === 'string' && { operator }) }
}

declare module 'vitest' {
  interface TaskMeta {
    /** What the code under test printed. */
    output?: string
    /** Whether the code under test, in a separate process, has answered anything. */
    answered?: boolean
    /** Errors that the test didn't handle, such as an unhandled rejection: they fail it. */
    strays?: TestFailure[]
    /** The calls of the test, if the suite keeps a record. */
    record?: TestRecord
    /** What a device computed for it. */
    receipt?: DeviceReceipt
  }
}
