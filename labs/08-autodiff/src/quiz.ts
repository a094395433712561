import { NotImplemented } from '@backprop/testkit/todo'

/** The quiz of this lab. The questions and the choices are in the README, under "Quiz". */

/** One of the choices. */
export type Letter = 'a' | 'b' | 'c' | 'd'

/** One letter for each question. */
export interface Answers {
  /** Forward or reverse mode for one output and a million inputs. */
  modes: Letter
  /** What a training step costs. */
  cost: Letter
  /** What the graph keeps. */
  memory: Letter
  /** Why gradients add up. */
  sum: Letter
}

/**
 * Your answers to the questions in the README.
 *
 * @returns one letter per question: `{ modes: 'a', cost: 'a', … }` with your letters
 */
export function quiz(): Answers {
  // TODO(quiz): Return an object with your letter for each of the four questions.
  throw new NotImplemented('quiz')
}
