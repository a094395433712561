/** The gradient that points at the input: which pixels should change, and which way, for the loss to grow? */
import { crossEntropy, grad, mul, noGrad, type Tensor } from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'
import { forward, type Layer } from './network.ts'

/**
 * The derivative of each image's own loss with respect to its pixels.
 *
 * The loss of an image is the cross-entropy of its logits and its label. It has nothing to do with the other images of
 * the batch, so neither has its gradient: one image alone and the same image in a batch of 500 have the same gradient.
 *
 * It leaves no gradients in the layers' parameters, which the next training step would add to its own.
 *
 * @param layers a network from `[N, D]` to logits `[N, C]`; not changed
 * @param x the images `[N, D]`, N ≥ 1; not changed
 * @param labels a class for each image `[N]`, 0 to C − 1; not changed
 * @returns dlossᵢ/dxᵢ, one row for each image `[N, D]`
 * @example await inputGradient(layers, x, Uint8Array.of(0)).data() // with the numbers of the README: [-1, 0.5]
 */
export function inputGradient(layers: Layer[], x: Tensor, labels: Uint8Array): Tensor {
  // TODO(input-gradient): Take `grad` of the loss at a copy of x. The loss is a mean over the batch.
  throw new NotImplemented('input-gradient')
}
