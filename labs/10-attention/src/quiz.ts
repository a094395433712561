import { NotImplemented } from '@backprop/testkit/todo'

export type Choice = 'a' | 'b' | 'c' | 'd'

/** One answer for each question in the README: exercise 8, `quiz`. */
export interface Answers {
  query: Choice
  cost: Choice
  bag: Choice
  scale: Choice
  residual: Choice
  sizes: Choice
}

/**
 * Your answers to the questions in the README.
 *
 * @returns one letter for each question, such as `{ query: 'a', cost: 'a', … }`
 */
export function quiz(): Answers {
  // TODO(quiz): Return an object with one letter for each question.
  throw new NotImplemented('quiz')
}
