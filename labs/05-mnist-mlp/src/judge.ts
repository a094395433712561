/** Which examples to learn from, and how to judge what was learned. */
import type { Rng } from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'

/** Three parts of a data set, as the indices of their examples. */
export interface Split {
  /** For training: 80 of 100. */
  train: Uint32Array
  /** For comparing networks and settings: 10 of 100. */
  validation: Uint32Array
  /** For judging the chosen one, once, at the end: 10 of 100. */
  test: Uint32Array
}

/** The result of reading many images. */
export interface Evaluation {
  /** The share of images that were read correctly, 0 to 1. */
  accuracy: number
  /** How often digit i (row) was read as digit j (column). `[10, 10]` */
  confusion: number[][]
}

/** From bytes of images `[N · D]` to digits `[N]`, now or as a promise: `await` accepts both. */
export type Reader = (images: Uint8Array) => number[] | Promise<number[]>

/**
 * Splits a data set at random into 80 % for training, 10 % for validation and 10 % for test. The split is stratified:
 * validation and test get 10 % of each class, rounded down or up, and training gets the rest.
 *
 * @param labels the class of each example `[N]`, at least one; any whole numbers, including −1 and 1000; not changed
 * @param rng the source of randomness, so that the same seed gives the same split
 * @returns a plain object with the indices 0 … N − 1, each in exactly one part, in any order
 * @example split(labels, rng) // of 100 examples, 50 of each class: parts of 80, 10 and 10, half of each of class 0
 */
export function split(labels: ArrayLike<number>, rng: Rng): Split {
  // TODO(split): For each class, put the indices of its examples in random order and divide them up.
  throw new NotImplemented('split')
}

/**
 * Has a network read images whose digits are known, batch after batch, and counts its answers.
 *
 * @param read reads a batch of images; it gets every image once, in order
 * @param images bytes, one image after another `[N · D]`; not changed
 * @param labels the digits of the images, 0 to 9 `[N]`, at least one; not changed
 * @param options.batchSize the number of images that `read` gets at a time; only the last batch may be shorter
 * @example await evaluate(read, images, labels, { batchSize: 32 }) // { accuracy: 0.97, confusion: [[960, 0, …], …] }
 */
export async function evaluate(
  read: Reader,
  images: Uint8Array,
  labels: Uint8Array,
  options: { batchSize: number },
): Promise<Evaluation> {
  // TODO(evaluate): Cut the images into batches, read each, and count the pairs of label and answer.
  throw new NotImplemented('evaluate')
}
