import { NotImplemented } from '@backprop/testkit/todo'

/** The quiz of this lab. The questions and the choices are in the README, under "Quiz". */

/** One of the choices. */
export type Letter = 'a' | 'b' | 'c' | 'd'

/** One letter for each question. */
export interface Answers {
  /** The formula with eˣ in the denominator. */
  slide: Letter
  /** Linear layers that do not learn. */
  bend: Letter
  /** A neuron that answers 0.9999. */
  saturated: Letter
  /** The gradient of the first layer compared to that of the last. */
  vanishing: Letter
  /** 100 more for every logit. */
  shift: Letter
  /** Logits of shape [32, 10]. */
  axis: Letter
}

/**
 * Your answers to the questions in the README.
 *
 * @returns one letter per question: `{ slide: 'a', bend: 'a', … }` with your letters
 */
export function quiz(): Answers {
  // TODO(quiz): Return an object with your letter for each of the six questions.
  throw new NotImplemented('quiz')
}
