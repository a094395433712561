import { NotImplemented } from '@backprop/testkit/todo'

export type Choice = 'a' | 'b' | 'c' | 'd'

/** One answer for each question in the README: exercise 9, `quiz`. */
export interface Answers {
  shared: Choice
  flatten: Choice
  shift: Choice
  receptive: Choice
  permuted: Choice
  chosen: Choice
}

/**
 * Your answers to the questions in the README.
 *
 * @returns one letter for each question, such as `{ shared: 'a', flatten: 'a', … }`
 */
export function quiz(): Answers {
  // TODO(quiz): Return an object with one letter for each question.
  throw new NotImplemented('quiz')
}
