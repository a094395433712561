import { NotImplemented } from '@backprop/testkit/todo'

/** The quiz of this lab. The questions and the choices are in the README, under "Quiz". */

/** One of the choices. */
export type Letter = 'a' | 'b' | 'c' | 'd'

/** One letter for each question. */
export interface Answers {
  /** A training loss near 0, and a loss on other data that grows. */
  curves: Letter
  /** Both losses high and level. */
  both: Letter
  /** What training finds, and what is chosen. */
  chosen: Letter
  /** Inverted dropout in evaluation. */
  evaluation: Letter
  /** Stopping at the best epoch on the test set. */
  peek: Letter
  /** Adam with L2, and AdamW. */
  decoupled: Letter
}

/**
 * Your answers to the questions in the README.
 *
 * @returns one letter per question: `{ curves: 'a', both: 'a', … }` with your letters
 */
export function quiz(): Answers {
  // TODO(quiz): Return an object with your letter for each of the six questions.
  throw new NotImplemented('quiz')
}
