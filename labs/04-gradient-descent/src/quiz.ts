import { NotImplemented } from '@backprop/testkit/todo'

/** The quiz of this lab. The questions and the choices are in the README, under "Quiz". */

/** One of the choices. */
export type Letter = 'a' | 'b' | 'c' | 'd'

/** One letter for each question. */
export interface Answers {
  /** What training finds. */
  learned: Letter
  /** A learning rate of 0.05 on a bowl with the curvatures 2 and 50. */
  stability: Letter
  /** 1875 and 313 steps. */
  steps: Letter
  /** A new order in each epoch. */
  shuffle: Letter
  /** Adam without bias correction. */
  correction: Letter
  /** A network that starts at 0. */
  zeros: Letter
}

/**
 * Your answers to the questions in the README.
 *
 * @returns one letter per question: `{ learned: 'a', stability: 'a', … }` with your letters
 */
export function quiz(): Answers {
  // TODO(quiz): Return an object with your letter for each of the six questions.
  throw new NotImplemented('quiz')
}
