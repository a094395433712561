/**
 * Trials: many answers to a lab, each shown to the hidden tests once, all of them in one process and without the wall.
 * That is quick enough for hundreds, and only safe for our own code: the solution, and answers that are made from it.
 */

/** One answer, and the draws that the tests try it with. Plain data: it travels to the process that runs the suite. */
export interface Trial {
  readonly id: string
  /** As `--seed` takes it. */
  readonly seed: number
  /** Folder of its modules; a module that is not there counts as a stub. */
  readonly src: string
  /** Changes the functions of its modules by this rule; without one they stay unchanged. */
  readonly rule?: string
  /** Which functions the rule changes, and what it knows about each. */
  readonly functions?: Readonly<Record<string, { readonly value?: unknown }>>
  /** Only the tests of this exercise. */
  readonly exercise?: string
  /** Only the tests of these modules: the others are those of the solution, and need no look. */
  readonly modules?: readonly string[]
  /** No more tests once one has failed. */
  readonly once?: boolean
}

/** What one test says of one trial. */
export interface TrialVerdict {
  /** Why the trial did not pass; `null` when it did. */
  readonly failure: string | null
  /** Whether the test itself broke on an answer, with an error that is neither an assertion nor the student's. */
  readonly broke: boolean
  /** Whether the trial's rule had something to say of a function that was called. */
  readonly applied: boolean
}

/** The task of a process that runs trials. */
export interface Trials {
  readonly list: readonly Trial[]
  /** Whether tests that train for minutes are run too. */
  readonly trainings: boolean
  /** A file that says which trial is going on: where one does not end, it is the last word of the process. */
  readonly at: string
}

/** How long one trial may take in one test. */
export const TRIAL_SECONDS = 60

/** What a test notes: its verdict on each of the trials that it ran, by its place in the list. */
export type TrialNote = readonly (readonly [index: number, verdict: TrialVerdict])[]

/** Said of a test that trains and was left out. */
export const LEFT_OUT = 'left out: it trains'

export const isLeftOut = ({ failure }: TrialVerdict): boolean => failure?.includes(LEFT_OUT) === true
