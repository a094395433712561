import type { FoundTest, SuiteEvent, TestFailure, TestName, TestResult } from './events.ts'

/** Everything that one run of a suite produced. */
export interface SuiteOutcome {
  readonly tests: readonly FoundTest[]
  readonly results: readonly TestResult[]
  /** Errors outside any test, such as a file that can't be imported. */
  readonly broken: readonly TestFailure[]
  /** `done`, or why the host ended before it was done; `unstarted`: before any of the code under test ran. */
  readonly end: 'done' | 'too-slow' | 'unstarted' | 'stopped' | 'crashed'
  /** What the host itself printed, in case it crashed. */
  readonly output: string
  /** The test that was running when the host crashed. */
  readonly crashedIn?: TestName
  /** The signal that ended the host, if it crashed by one. */
  readonly crashedBy?: NodeJS.Signals
  /** How much of its time limit the suite has used; waiting for a processor isn't counted. */
  readonly usedSeconds?: number
}

/** An outcome while the host is still running. */
export interface PartialOutcome {
  tests: FoundTest[]
  results: TestResult[]
  broken: TestFailure[]
  output: string
}

export const emptyOutcome = (): PartialOutcome => ({ tests: [], results: [], broken: [], output: '' })

export function addEvent(outcome: PartialOutcome, event: SuiteEvent): void {
  if (event.type === 'collected') outcome.tests.push(...event.tests)
  else if (event.type === 'finished') outcome.results.push(event.result)
  else if (event.type === 'broken') outcome.broken.push(event.failure)
}

/** A host may take long to start on a busy machine; one that takes longer than this hangs. */
export const START_SECONDS = 120

/** No suite can run on this machine at the moment; none of the code under test has run. */
export class HostUnusable extends Error {
  override readonly name = 'HostUnusable'

  constructor({ output }: Pick<SuiteOutcome, 'output'>) {
    const seen = output.trim()
      ? `It printed: ${output.trim().slice(0, 2000)}`
      : `It did nothing for ${START_SECONDS} s.`
    super(
      'the process that runs the tests never got as far as the code under test. Is the machine overloaded, or the disk of ' +
        `the temporary folder (TMPDIR) full or gone? ${seen}`,
    )
  }
}
