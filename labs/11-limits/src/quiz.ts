import { NotImplemented } from '@backprop/testkit/todo'

/** The quiz of this lab. The questions and the choices are in the README, under "Quiz". */

/** One of the choices. */
export type Letter = 'a' | 'b' | 'c' | 'd'

/** One letter for each question. */
export interface Answers {
  /** What adversarial training with one step is worth. */
  steps: Letter
  /** A network whose gradient is 0. */
  masked: Letter
  /** What a saliency map shows. */
  saliency: Letter
  /** 95 % right. */
  average: Letter
  /** A network that memorised, and an attacker without its training set. */
  members: Letter
  /** What a data set forgets. */
  forgotten: Letter
}

/**
 * Your answers to the questions in the README.
 *
 * @returns one letter per question: `{ steps: 'a', masked: 'a', … }` with your letters
 */
export function quiz(): Answers {
  // TODO(quiz): Return an object with your letter for each of the six questions.
  throw new NotImplemented('quiz')
}
