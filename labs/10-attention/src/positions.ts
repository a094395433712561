import { NotImplemented } from '@backprop/testkit/todo'

/** Where a word stands: attention alone does not know. */

/** A network that reads a sentence: T rows of d numbers in, T rows out. It may take a while. */
export type Reader = (x: number[][]) => Promise<number[][]>

/**
 * The sinusoidal encodings of Vaswani and others (2017): row t, column i is sin(t / 10000^(2⌊i/2⌋/d)) for an even i, and
 * the cosine of the same number for an odd i.
 *
 * @param length the number of positions, a whole number of at least 1
 * @param d the number of columns, a whole number of at least 1
 * @returns `[length, d]`; the first row is 0, 1, 0, 1, …
 * @throws RangeError when length or d is not such a number
 * @example positions(2, 4) // [[0, 1, 0, 1], [0.8415, 0.5403, 0.01, 1]]: sin 1, cos 1, sin 0.01, cos 0.01
 */
export function positions(length: number, d: number): number[][] {
  // TODO(positions): Two columns share a speed; the first has the sine, the second the cosine.
  throw new NotImplemented('positions')
}

/**
 * How much the order of its words matters to a reader. A reader without positions gives each word the same answer wherever
 * it stands: if the words move, their answers move with them. For such a reader the result is 0.
 *
 * @param read the reader; call it twice
 * @param x the words as numbers; not changed. `[T, d]`
 * @param order each of 0 … T − 1 once: row p of the moved sentence is row order[p] of x
 * @returns the largest difference, in absolute value, between a number of `read(moved x)` and that number of `read(x)`
 *   whose rows were moved afterwards
 * @throws RangeError when the order does not contain each of 0 … T − 1 once
 * @example await orderEffect(x => Promise.resolve(x.map(([a]) => [a * a])), [[1], [2]], [1, 0]) // 0
 * @example await orderEffect(x => Promise.resolve(x.map(([a], t) => [a + 10 * t])), [[1], [2]], [1, 0]) // 10
 */
export async function orderEffect(read: Reader, x: number[][], order: number[]): Promise<number> {
  // TODO(positions): Read the sentence, and read it with its rows moved; compare with the moved answers.
  throw new NotImplemented('positions')
}
