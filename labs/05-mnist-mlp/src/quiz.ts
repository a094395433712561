import { NotImplemented } from '@backprop/testkit/todo'

/** The quiz of this lab. The questions and the choices stand in the README, under "Quiz". */

/** One of the choices. */
export type Letter = 'a' | 'b' | 'c' | 'd'

/** One letter for each question. */
export interface Answers {
  /** What Flatten learns. */
  flatten: Letter
  /** 1875 and 313. */
  steps: Letter
  /** The smallest network. */
  size: Letter
  /** Raw bytes, or pixels from 0 to 1. */
  scale: Letter
  /** What tells how well the network of your choice reads. */
  choose: Letter
  /** A network that stays near 92 %. */
  line: Letter
}

/**
 * Your answers to the questions of the README.
 *
 * @returns a letter for each question, `{ flatten: 'a', steps: 'a', … }` with yours
 */
export function quiz(): Answers {
  // TODO(quiz): Return an object with your letter for each of the six questions.
  throw new NotImplemented('quiz')
}
