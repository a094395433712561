import { NotImplemented } from '@backprop/testkit/todo'

/** The quiz of this lab. The questions and the choices are in the README, under "Quiz". */

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
  /** How well the chosen network will read. */
  choose: Letter
  /** A network that stays near 92 %. */
  line: Letter
}

/**
 * Your answers to the questions in the README.
 *
 * @returns one letter per question: `{ flatten: 'a', steps: 'a', … }` with your letters
 */
export function quiz(): Answers {
  // TODO(quiz): Return an object with your letter for each of the six questions.
  throw new NotImplemented('quiz')
}
