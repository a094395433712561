import type { Backend, Rng } from '@backprop/core'
import type { BackendName } from '../../sandbox/device/backends.ts'
import type { Remote } from '../../sandbox/wire/remote.ts'

/** What a hidden test gets. */
export interface SubmissionFixtures<M> {
  /** The student's module in its own process, started for this test alone. */
  readonly student: Remote<M>
  /** The same module in another new process, which knows nothing about what the first one got. */
  readonly elsewhere: () => Promise<Remote<M>>
  /** Stands for the student's backend when passed; on this side it is the plain backend, where tensors arrive. */
  readonly on: Backend
  /** What the student's code computes with; a suite may demand more of a fast backend. */
  readonly backend: BackendName
  /** This test's generator: the same in every run of the same submission, and unknown to it. */
  readonly rng: Rng
  /**
   * More generators, one per purpose: `secret('labels')`. Draw what the submission must not find out from one of
   * these, and nothing else from the same one: from numbers that it has seen, a submission could compute the others.
   */
  readonly secret: (purpose: string) => Rng
  /** Reports how far along a long test is: `progress('epoch 2 of 3', 2 / 3)`. */
  readonly progress: (text: string, fractionDone?: number) => void
  /** Records a fact for the report: what was measured, on how much data. */
  readonly note: (text: string) => void
}
