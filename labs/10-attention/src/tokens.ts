/** From words to numbers and back to blanks: what a network that reads sentences gets to see. */
import type { Rng } from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'

/** Padding: it fills short sentences up, so that all have the same length. */
export const PAD = 0
/** A blank in the place of a word that the network must guess. */
export const MASK = 1
/** A word that is not in the vocabulary. */
export const UNKNOWN = 2

/** A sentence with blanks, and what was there. */
export interface Blanked {
  /** The ids, with `MASK` in some places. `[T]` */
  ids: number[]
  /** Where the blanks are, from left to right. `[M]` */
  at: number[]
  /** The ids that were there. `[M]` */
  labels: number[]
}

/**
 * The words of some sentences. The index of a word in the list is its id.
 *
 * @param sentences lists of words
 * @returns `[pad]`, `[mask]` and `[unk]`, which have the ids 0, 1 and 2, and then every word once, sorted as by `sort()`
 * @example vocabulary([['the', 'dog'], ['a', 'dog']]) // ['[pad]', '[mask]', '[unk]', 'a', 'dog', 'the']
 */
export function vocabulary(sentences: string[][]): string[] {
  // TODO(tokens): A Set keeps each word once; sort the words, and put the three others in front.
  throw new NotImplemented('tokens')
}

/**
 * The ids of a sentence, padded to a fixed length.
 *
 * @param words the sentence
 * @param known the list from `vocabulary`; a word that is not in it becomes `UNKNOWN`
 * @param length the number of ids to return; 0 or more
 * @returns the ids of the words, then `PAD` up to the length
 * @throws RangeError when the sentence has more words than that
 * @example encode(['the', 'cat'], ['[pad]', '[mask]', '[unk]', 'a', 'dog', 'the'], 4) // [5, 2, 0, 0]
 */
export function encode(words: string[], known: string[], length: number): number[] {
  // TODO(tokens): Look each word up; then fill up with PAD.
  throw new NotImplemented('tokens')
}

/**
 * Blanks out some words of a sentence, each with the same probability.
 *
 * @param ids a sentence from `encode`; not changed. `[T]`
 * @param share the probability of a blank, 0 to 1
 * @param rng call `rng.uniform()` once for each id that is not `PAD`, from left to right: the id becomes a blank if the
 *   number is below the share. Padding is never blanked out.
 * @returns the sentence with its blanks, and the ids that were there
 * @throws RangeError when the share is not a number from 0 to 1
 * @example maskWords([5, 4, 0], 1, rng) // { ids: [1, 1, 0], at: [0, 1], labels: [5, 4] }
 */
export function maskWords(ids: number[], share: number, rng: Rng): Blanked {
  // TODO(tokens): Copy the ids; for each word draw a number, and remember what it was if you blank it out.
  throw new NotImplemented('tokens')
}
