import { NotImplemented } from '@backprop/testkit/todo'

/** Which examples to learn from, and how to tell what was learned. */
import type { Rng } from '@backprop/core'

/** Three parts of a data set, as the places of their examples in it. */
export interface Split {
  /** To learn from: 80 of 100. */
  train: Uint32Array
  /** To compare networks and settings on: 10 of 100. */
  validation: Uint32Array
  /** To judge the one that was chosen, once, at the end: 10 of 100. */
  test: Uint32Array
}

/** What reading many images showed. */
export interface Evaluation {
  /** The share of images whose digit was found, 0 to 1. */
  accuracy: number
  /** How often digit i (row) was read as digit j (column). `[10, 10]` */
  confusion: number[][]
}

/** Bytes of images `[N · D]` to digits `[N]`, at once or later: `await` takes both. */
export type Reader = (images: Uint8Array) => number[] | Promise<number[]>

/**
 * Split a data set at random into 80 % for learning, 10 % for validation and 10 % for the test. The split is stratified:
 * validation and test get 10 % of each class, rounded down or up, and learning gets the rest.
 *
 * @param labels the class of each example `[N]`, at least one; any whole numbers, −1 and 1000 as well; not changed
 * @param rng where chance comes from, so that one seed gives one split
 * @returns a plain object with the places 0 … N − 1, each of them in exactly one part, in any order
 * @example split(labels, rng) // of 100 examples, 50 of each class: parts of 80, 10 and 10, half of each one of class 0
 */
export function split(labels: ArrayLike<number>, rng: Rng): Split {
  // TODO(split): For each class, put the places of its examples in random order and deal them out.
  throw new NotImplemented('split')
}

/**
 * Let a network read images whose digits are known, batch after batch, and count what it makes of them.
 *
 * @param read reads a batch of images; it is given every image once, in their order
 * @param images bytes, one image after the other `[N · D]`; not changed
 * @param labels the digits of the images, 0 to 9 `[N]`, at least one; not changed
 * @param options.batchSize how many images `read` is given at a time; only the last batch may be shorter
 * @example await evaluate(read, images, labels, { batchSize: 32 }) // { accuracy: 0.97, confusion: [[960, 0, …], …] }
 */
export async function evaluate(
  read: Reader,
  images: Uint8Array,
  labels: Uint8Array,
  options: { batchSize: number },
): Promise<Evaluation> {
  // TODO(evaluate): Cut the images into batches, read each, count the pairs of label and answer.
  throw new NotImplemented('evaluate')
}
