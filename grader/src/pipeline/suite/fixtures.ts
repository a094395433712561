import type { Backend, Rng } from '@backprop/core'
import type { BackendName } from '../../sandbox/device/backends.ts'
import type { Remote } from '../../sandbox/wire/remote.ts'

/** What a hidden test gets. */
export interface SubmissionFixtures<M> {
  /** The student's module in its own process, started for this test alone. */
  readonly student: Remote<M>
  /** The same module in another new process, which knows nothing of what the first one was given. */
  readonly elsewhere: () => Promise<Remote<M>>
  /** Stands for the student's backend where it is passed; on this side it is the plain one, where tensors arrive. */
  readonly on: Backend
  /** What the student's code computes with; a suite may ask more of a fast one. */
  readonly backend: BackendName
  /** This test's generator: the same in every run of the same submission, and unknown to it. */
  readonly rng: Rng
  /**
   * More of them, one for each purpose: `secret('labels')`. What the submission must not find out is drawn from one of
   * these, and nothing else from the same: from numbers that it has seen it could tell the others of their generator.
   */
  readonly secret: (purpose: string) => Rng
  /** Reports how far a long test is: `progress('epoch 2 of 3', 2 / 3)`. */
  readonly progress: (text: string, fractionDone?: number) => void
  /** Keeps a fact for the report: what was measured, on how much data. */
  readonly note: (text: string) => void
}
