import type { Settings } from './rule.ts'

/**
 * Trials: many answers to a lab. The hidden tests run on each of them, all in one process and without the wall.
 * That is quick enough for hundreds, and only safe for our code: the solution, and answers generated from it.
 */

/** One answer, and the draws that the tests try it with. Plain data: it travels to the process that runs the suite. */
export interface Trial {
  readonly id: string
  /** The value for `--seed`. */
  readonly seed: number
  /** Folder of its modules; a missing module counts as a stub. */
  readonly src: string
  /** The rule that changes the functions; without one they stay unchanged. */
  readonly rule?: string
  /** The functions that the rule changes, and what it knows about each. */
  readonly functions?: Readonly<Record<string, Omit<Settings, 'applies'>>>
  /** Only the tests of this exercise. */
  readonly exercise?: string
  /** Only the tests of these modules; the other modules are the solution's. */
  readonly modules?: readonly string[]
  /** Stop after the first failed test. */
  readonly once?: boolean
}

/** What one test says about one trial. */
export interface TrialVerdict {
  /** Why the trial did not pass; `null` when it did. */
  readonly failure: string | null
  /** Whether the test itself broke on an answer, with an error that is neither an assertion nor the student's. */
  readonly broke: boolean
  /** Whether the trial's rule applied to a function that was called. */
  readonly applied: boolean
}

/** The task of a process that runs trials. */
export interface Trials {
  readonly list: readonly Trial[]
  /** Whether to run tests that train for minutes too. */
  readonly trainings: boolean
  /** A file that names the trial in progress: it survives if the process has to be ended. */
  readonly at: string
}

/** How long one trial may take in one test. */
export const TRIAL_SECONDS = 60

/** What a test notes: its verdict on each of the trials that it ran, by its place in the list. */
export type TrialNote = readonly (readonly [index: number, verdict: TrialVerdict])[]

/** The message for a test that trains and was left out. */
export const LEFT_OUT = 'left out: it trains'

export const isLeftOut = ({ failure }: TrialVerdict): boolean => failure?.includes(LEFT_OUT) === true
