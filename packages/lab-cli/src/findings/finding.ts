import type { Place } from '@backprop/visible-tests'

/** What is wrong, and what to do about it: the one thing that a student reads next. */
export interface Finding {
  /** One line. */
  readonly title: string
  /** Where, in the lab's folder. */
  readonly place?: Place & { readonly column?: number }
  /** What was seen: of the compiler, of a test, of the code itself. */
  readonly facts: readonly string[]
  /** Expected and actual numbers beneath each other. */
  readonly comparison?: readonly string[]
  /** The idea that a test names, or what such a mistake usually is. */
  readonly advice: readonly string[]
  /** The assertion tells only its idea, not what it saw: the line of the test says more. */
  readonly isBare?: boolean
}
