/** Saliency: which pixels made the network say what it said? */
import { grad, mul, noGrad, oneHot, sum, type Tensor } from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'
import { forward, type Layer } from './network.ts'

/** A square image, and the square patch that is moved over it. */
export interface Squares {
  /** The number of rows and columns of the image. */
  side: number
  /** The number of rows and columns of the patch, 1 to `side`. */
  patch: number
}

/** From images of 0 to 1 `[M · D]` to a score for each of them `[M]`, now or as a promise. */
export type Score = (images: Float32Array) => number[] | Promise<number[]>

/**
 * Gradient times input: how much each pixel adds to the logit of a class, if the network is nearly linear around x.
 *
 * @param layers a network from `[N, D]` to logits `[N, C]`; leaves no gradients in it
 * @param x images `[N, D]`; not changed
 * @param classes the class whose logit is explained, for each image `[N]`; not changed
 * @returns xᵢ · dlogit/dxᵢ for each pixel `[N, D]`
 * @example await gradientTimesInput(layers, x, Uint8Array.of(1)).data() // [-0.2, 0.4] with the numbers of the README
 */
export function gradientTimesInput(layers: Layer[], x: Tensor, classes: Uint8Array): Tensor {
  // TODO(saliency): The sum of the chosen logits has all gradients in it, since an image has only its own logit.
  throw new NotImplemented('saliency')
}

/**
 * Occlusion (Zeiler and Fergus, 2014): covers a part of the image, and looks how far the score falls. It needs no
 * gradient, only answers.
 *
 * @param score the network's score for the class in question, for any number of images at a time
 * @param image one image `[side · side]`; not changed
 * @param squares the side S of the image and the side P of the patch
 * @returns for each of the (S − P + 1)² places of the patch, row by row: the score of the image minus the score of the
 *   image in which the P × P pixels from there are 0
 * @throws RangeError when the patch is not a whole number from 1 to the side, or the image has not S · S pixels
 * @example await occlusion(score, Float32Array.of(1, 2, 3, 4), { side: 2, patch: 1 }) // four numbers
 */
export async function occlusion(score: Score, image: Float32Array, { side, patch }: Squares): Promise<number[]> {
  // TODO(saliency): One copy of the image for each place, all in one list after the image itself; one call of score.
  throw new NotImplemented('saliency')
}

/**
 * Where a map is hottest: the P × P window with the largest total.
 *
 * @param map numbers of a square, row by row `[side · side]`; not changed
 * @returns the row and the column of the window's upper left corner; of equal ones, the first in reading order
 * @throws RangeError when the patch is not a whole number from 1 to the side, or the map has not S · S numbers
 * @example hottest([0, 1, 0, 2], { side: 2, patch: 1 }) // { row: 1, col: 1 }
 */
export function hottest(map: ArrayLike<number>, { side, patch }: Squares): { row: number; col: number } {
  // TODO(saliency): Try every place; keep the first one that beats all before it.
  throw new NotImplemented('saliency')
}
