/**
 * The same pixels in a different order. An order is a list of P whole numbers, each of 0 … P − 1 once: position p of
 * the new image gets what the old one has at position order[p]. One order serves all channels of all images.
 */
import type { Rng } from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'

/** A list of whole numbers, each of 0 … P − 1 once. */
export type Order = ArrayLike<number>

/** Labelled images. */
export interface Labelled {
  /** Bytes, image after image, channel after channel. `[N · C · P]` */
  images: Uint8Array
  /** The class of each image. `[N]` */
  labels: Uint8Array
}

/** Learns from labelled images, then classifies other images. */
export type Learner = (train: Labelled, images: Uint8Array) => Promise<number[]>

/** The shares of right answers, 0 to 1. */
export interface Comparison {
  /** With the original pixels. */
  plain: number
  /** With the pixels of all images, for learning and for testing, in the same new order. */
  permuted: number
}

/**
 * Puts the pixels of all images into a new order: the same one for every channel of every image.
 *
 * @param images bytes, image after image, channel after channel `[N · C · P]`; not changed
 * @param order the old position that each new one is filled from `[P]`
 * @returns new bytes `[N · C · P]`
 * @throws RangeError when `order` does not contain each of 0 … P − 1 once, or when the images are not whole channels of
 * P
 * @example permutePixels(Uint8Array.of(10, 20, 30, 40, 50, 60), [2, 0, 1]) // 30, 10, 20, 60, 40, 50
 */
export function permutePixels(images: Uint8Array, order: Order): Uint8Array {
  // TODO(permutation): New position p of a channel gets what was at position order[p].
  throw new NotImplemented('permutation')
}

/**
 * The weights of a first dense layer that answers to permuted images exactly as the old one did to the old images.
 *
 * @param weight one row per pixel of an image with one channel, one column per neuron `[P, M]`
 * @param order the new order of the pixels
 * @returns new rows `[P, M]`
 * @example permuteWeights([[1], [2], [3]], [2, 0, 1]) // [[3], [1], [2]]: the weight of a pixel goes where the pixel
 * goes
 */
export function permuteWeights(weight: number[][], order: Order): number[][] {
  // TODO(permutation): Pixel order[p] is now at position p. Where must its row of weights go?
  throw new NotImplemented('permutation')
}

/**
 * Trains a learner twice, on the original images and on the same images with their pixels permuted, and judges it each
 * time on test images that were treated the same way.
 *
 * One order is drawn from `rng` with `rng.permutation(area)`, and serves all images.
 *
 * @param learn learns and classifies; call it twice, first with the original images
 * @param train the images to learn from
 * @param test the images to judge on; the learner never gets their labels
 * @param options.area the number of pixels in a channel, P
 * @returns the share of right answers on the test images each time
 * @example await comparePermuted(learn, train, test, { area: 1024, rng }) // { plain: 0.55, permuted: 0.4 }, or so
 */
export async function comparePermuted(
  learn: Learner,
  train: Labelled,
  test: Labelled,
  { area, rng }: { area: number; rng: Rng },
): Promise<Comparison> {
  // TODO(permutation): Draw one order; learn and classify without it, then with it; count right answers.
  throw new NotImplemented('permutation')
}
