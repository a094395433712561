import { NotImplemented } from '@backprop/testkit/todo'

/** The quiz of this lab. The questions and the choices are in the README, under "Quiz". */

/** One of the choices. */
export type Letter = 'a' | 'b' | 'c' | 'd'

/** One letter for each question. */
export interface Answers {
  /** What happened in 2012. */
  imagenet: Letter
  /** A deeper network whose training loss is higher. */
  deeper: Letter
  /** A residual block whose weights are all 0. */
  zero: Letter
  /** Batch normalisation when one image is read. */
  reading: Letter
  /** What must not be augmented, and how. */
  flipped: Letter
  /** Batch normalisation of a single example in training. */
  single: Letter
}

/**
 * Your answers to the questions in the README.
 *
 * @returns one letter per question: `{ imagenet: 'a', deeper: 'a', … }` with your letters
 */
export function quiz(): Answers {
  // TODO(quiz): Return an object with your letter for each of the six questions.
  throw new NotImplemented('quiz')
}
