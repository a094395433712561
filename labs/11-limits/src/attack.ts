/**
 * Attacks: small changes to images that make a network misread them.
 *
 * ε is the most by which a pixel may change, for pixels from 0 to 1. All pictures that differ from x by at most ε in each
 * pixel form the _ball_ around x, and a picture has no pixels below 0 or above 1.
 */
import { add, clamp, maximum, minimum, mul, noGrad, sign, sub, type Tensor } from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'
import { inputGradient } from './gradient.ts'
import type { Layer } from './network.ts'

export interface PgdOptions {
  /** The most by which a pixel may change, 0 or more. */
  epsilon: number
  /** The size of a step, 0 or more. */
  stepSize: number
  /** The number of steps, 0 or more. */
  steps: number
  /** If true, `labels` are the answers that you want to hear, and the steps go down their loss. False unless given. */
  isTargeted?: boolean
}

/**
 * The fast gradient sign method (Goodfellow and others, 2015): one step of size ε, up the loss, in every pixel.
 *
 * @param layers a network from `[N, D]` to logits `[N, C]`; not changed
 * @param x images of 0 to 1 `[N, D]`; not changed
 * @param labels the right class of each image `[N]`; not changed
 * @param epsilon ε, 0 or more
 * @returns x + ε · sign(gradient), with pixels from 0 to 1 `[N, D]`
 * @throws RangeError when ε is not a number of 0 or more
 * @example await fgsm(layers, x, Uint8Array.of(0), 0.3).data() // [0, 0.7] with the numbers of the README
 */
export function fgsm(layers: Layer[], x: Tensor, labels: Uint8Array, epsilon: number): Tensor {
  // TODO(attack): One step along the sign of the input gradient; then cut off what is below 0 and above 1.
  throw new NotImplemented('attack')
}

/**
 * Projected gradient descent (Madry and others, 2018): many small steps, each with a new gradient, and after each of
 * them back into the ball around x and into the range of pixels. The first step starts at x itself.
 *
 * @param layers a network from `[N, D]` to logits `[N, C]`; not changed
 * @param x images of 0 to 1 `[N, D]`; not changed
 * @param labels the right class of each image, or the wanted one for a targeted attack `[N]`; not changed
 * @returns images within ε of x, with pixels from 0 to 1 `[N, D]`
 * @throws RangeError when ε or the step size is not a number of 0 or more
 * @example pgd(layers, x, labels, { epsilon: 0.1, stepSize: 0.025, steps: 10 })
 */
export function pgd(layers: Layer[], x: Tensor, labels: Uint8Array, options: PgdOptions): Tensor {
  // TODO(attack): A step up the loss, or down for a target; then into x − ε … x + ε, and into 0 … 1. Repeat.
  throw new NotImplemented('attack')
}
