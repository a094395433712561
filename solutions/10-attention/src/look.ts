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
  // SOLUTION(look): Row `query` of each head; add up the rows, and divide by the number of heads.
  if (weights[0][query] === undefined) throw new RangeError(`There is no word ${query}.`)
  return weights[0][query].map((_, t) => weights.reduce((sum, head) => sum + head[query][t], 0) / weights.length)
  // END
}

/**
 * Where a word looks through all blocks: attention rollout (Abnar and Zuidema 2020). A word may take what it needs from a
 * word that took it from a third one a block before. In each block, half of a word is what it was, because of the skip,
 * and the other half comes from the words that it looks at.
 *
 * @param blocks the attention weights of one sentence, block after block. `[L, H, T, T]`
 * @param query the index of the word that looks
 * @returns how much of the word comes from each word of the sentence; the sum is 1. `[T]`
 * @throws RangeError when there is no such word
 * @example rollout([[[[0, 1], [0.2, 0.8]]], [[[1, 0], [0.5, 0.5]]]], 1) // [0.2, 0.8]; after the last block [0.25, 0.75]
 */
export function rollout(blocks: number[][][][], query: number): number[] {
  // SOLUTION(look): Start with 1 at the query, and go back from the last block to the first.
  if (blocks[0][0][query] === undefined) throw new RangeError(`There is no word ${query}.`)
  let shares: number[] = blocks[0][0].map((_, t) => (t === query ? 1 : 0))
  for (const weights of [...blocks].reverse()) {
    const looks = shares.map((_, t) => gaze(weights, t))
    const taken = (u: number) => shares.reduce((sum, share, t) => sum + share * looks[t][u], 0)
    shares = shares.map((share, u) => share / 2 + taken(u) / 2)
  }
  return shares
  // END
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
  // SOLUTION(look): Keep the best candidate so far.
  return candidates.reduce((best, t) => (attention[t] > attention[best] ? t : best))
  // END
}

/**
 * The share of sentences in which a word looks, through all blocks, more at the right noun than at the other one.
 *
 * @param sentences for each sentence its attention weights `[L, H, T, T]`, and the indices of the word that looks and of both
 *   nouns
 * @returns 0 to 1
 */
export function shareOnReferent(
  sentences: { weights: number[][][][]; pronoun: number; referent: number; other: number }[],
): number {
  // SOLUTION(look): Use the two functions above; a tie is not more.
  const right = sentences.filter(
    ({ weights, pronoun, referent, other }) => lookedAt(rollout(weights, pronoun), [other, referent]) === referent,
  )
  return right.length / sentences.length
  // END
}
