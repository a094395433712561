import { NotImplemented } from '@backprop/testkit/todo'

/** Where a word looks: reading the attention weights of a trained network. */

/**
 * How much attention one word pays to every word, as the mean over the heads.
 *
 * @param weights the attention weights of one sentence: for each head and each query, a row of numbers. `[H, T, T]`
 * @param query the index of the word that looks
 * @returns the attention to each word. `[T]`
 * @throws RangeError when there is no such word
 * @example gaze([[[1, 0], [0, 1]], [[1, 0], [1, 0]]], 1) // [0.5, 0.5]
 */
export function gaze(weights: number[][][], query: number): number[] {
  // TODO(look): Row `query` of each head; add up the rows, and divide by the number of heads.
  throw new NotImplemented('look')
}

/**
 * Which of some words gets the most attention.
 *
 * @param attention the attention to each word. `[T]`
 * @param candidates the indices of the words to choose from, such as the two nouns of a sentence; at least one
 * @returns the candidate with the most attention; the first of them if several get the same
 * @example lookedAt([0.5, 0.1, 0.4], [1, 2]) // 2
 */
export function lookedAt(attention: number[], candidates: number[]): number {
  // TODO(look): Keep the best candidate so far.
  throw new NotImplemented('look')
}

/**
 * The share of sentences in which a word looks more at the right noun than at the other one.
 *
 * @param sentences for each sentence its attention weights `[H, T, T]`, and the indices of the word that looks and of both
 *   nouns
 * @returns 0 to 1
 */
export function shareOnReferent(
  sentences: { weights: number[][][]; pronoun: number; referent: number; other: number }[],
): number {
  // TODO(look): Use the two functions above; a tie is not more.
  throw new NotImplemented('look')
}
