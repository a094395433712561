import type { Side, Tolerance } from '@backprop/testkit'
import type { Place } from '@backprop/visible-tests'

/** What is wrong, and what to do about it: the one thing that a student reads next. */
export interface Finding {
  /** One line. */
  readonly title: string
  /** Where, in the lab's folder. */
  readonly place?: Place & { readonly column?: number }
  /** What the compiler, a test or the code itself says. */
  readonly facts: readonly string[]
  /** Two shapes or two values to show below each other. */
  readonly comparison?: Comparison
  /** The hint of the test, or what usually causes this. */
  readonly advice: readonly string[]
}

export type Comparison =
  | { readonly kind: 'shapes'; readonly expected: readonly number[]; readonly received: readonly number[] }
  | {
      readonly kind: 'values'
      readonly expected: Side
      readonly received: Side
      /** If numbers were compared: how far apart they may be. */
      readonly tolerance?: Required<Tolerance>
    }
