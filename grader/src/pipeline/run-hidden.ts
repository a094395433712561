import type { Lab } from '@backprop/course'
import { CACHE_VARIABLE } from '@backprop/datasets/node'
import {
  MOST_STRETCH,
  type RunOptions,
  runSuite,
  type SuiteEvent,
  type SuiteHosts,
  type SuiteOutcome,
  type TestFailure,
  type TestName,
  type TestResult,
} from '@backprop/test-runner'
import { withoutSecrets } from '../environment.ts'
import { hasDriverInHost, isBrokered, type Staged } from '../sandbox/open-session.ts'
import { isConfined } from '../sandbox/tiers/tiers.ts'
import { usableCache } from './datasets.ts'
import { forgetAnswers, hasAnswered } from './suite/answered.ts'

/** Limit on the JavaScript heap of the process that runs a hidden suite. */
export const SUITE_HEAP_MB = 1024

export interface HiddenRunOptions {
  readonly lab: Lab
  /** Run only this exercise, or this test of it: to look into a grade, never to give one. */
  readonly only?: { readonly exercise: string; readonly test?: string }
  /** Limit on the JavaScript heap of the process that runs the tests; `SUITE_HEAP_MB` by default. */
  readonly suiteHeapMB?: number
  /** Hosts for the suites of many submissions, used where that is safe; by default each suite has its own host. */
  readonly suites?: SuiteHosts
  readonly signal?: AbortSignal
  readonly onEvent?: (event: SuiteEvent) => void
}

/**
 * Runs a lab's hidden suite on a staged submission. If the suite's process dies while it handles an answer, that test
 * fails, and the remaining tests run in a new process. If it dies before the student's code has answered in the test,
 * the outcome is `crashed`. If a GPU's driver is loaded in it, a crash of native code is the driver's.
 */
export async function runHidden(options: HiddenRunOptions, staged: Staged): Promise<SuiteOutcome> {
  const { suiteHeapMB = SUITE_HEAP_MB } = options
  const done: TestResult[] = []
  let secondsLeft = staged.limits.wallSeconds
  for (;;) {
    forgetAnswers(staged.workFolder)
    const outcome = await runOnce(options, staged, { skip: [...done], secondsLeft, heapMB: suiteHeapMB })
    done.push(...outcome.results.filter(result => !done.some(each => isSame(each, result))))
    const { crashedIn, crashedBy, output, usedSeconds = 0 } = outcome
    if (!crashedIn || !hasAnswered(staged.workFolder, crashedIn)) return { ...outcome, results: done }
    if (hasDriverInHost(staged) && crashedBy && NATIVE_CRASHES.includes(crashedBy))
      return { ...outcome, results: [...done, died(crashedIn, lostWith(output))] }
    done.push(died(crashedIn, brokenBy(output, suiteHeapMB)))
    secondsLeft = Math.max(1, secondsLeft - usedSeconds)
  }
}

const isSame = (a: TestName, b: TestName) => a.exercise === b.exercise && a.name === b.name

/** How native code ends a process that does something impossible. A full heap or a full machine ends it in other ways. */
const NATIVE_CRASHES: readonly NodeJS.Signals[] = ['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE']

/** The result of a test whose process did not survive it. */
const died = (test: TestName, failure: TestFailure): TestResult => ({
  ...test,
  state: 'failed',
  ms: 0,
  failures: [failure],
  notes: [],
  output: '',
  answered: true,
})

const brokenBy = (output: string, heapMB: number): TestFailure => ({
  name: 'SuiteDied',
  message:
    'the process that runs the hidden tests died after the submission had answered: ' +
    `did the answer take more than its ${heapMB} MB of memory?`,
  stack: output,
})

const lostWith = (output: string): TestFailure => ({
  name: 'DeviceLost',
  message:
    'the process that runs the hidden tests died with the driver of the GPU in it; if it happens again, grade with ' +
    'another backend, such as --backend wasm',
  stack: output,
})

/**
 * Whether a host may run this suite between others. In a weak tier student code may leave a process behind, which ends with
 * the host; and a device's driver is loaded into the host itself.
 */
const mayShareHost = (staged: Staged): boolean => isConfined(staged.tier) && !isBrokered(staged)

async function runOnce(
  { lab, only, suites, signal, onEvent }: HiddenRunOptions,
  staged: Staged,
  { skip, secondsLeft, heapMB }: { skip: readonly TestName[]; secondsLeft: number; heapMB: number },
): Promise<SuiteOutcome> {
  const run: RunOptions = {
    root: lab.dir,
    include: ['hidden/**/*.test.ts'],
    ...only,
    skip: skip.map(({ exercise, name }) => ({ exercise, name })),
    provide: { staged },
    // Submissions run elsewhere, so nothing in here could affect the next file.
    isolate: false,
    // Each call and the whole suite have limits; this one is only for a suite that hangs by itself.
    testSeconds: staged.limits.wallSeconds * MOST_STRETCH,
    wallSeconds: secondsLeft,
    clock: 'code-starts',
    heapMB,
    env: { ...withoutSecrets(process.env), [CACHE_VARIABLE]: await usableCache() },
    signal,
    onEvent,
  }
  return suites && mayShareHost(staged) ? suites.run(run) : runSuite({ ...run, scratch: staged.workFolder })
}
