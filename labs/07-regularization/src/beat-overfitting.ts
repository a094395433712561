/** Learning from a few examples, some of them mislabelled, without memorising the mistakes. */
import type { Backend, Rng } from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'
import { examplesOf, Network } from './network.ts'

export interface FitOptions {
  on: Backend
  rng: Rng
  /** The largest number of epochs. */
  maxEpochs: number
  /** Called after each epoch, starting with epoch 1, with the losses on the training examples and on the others. */
  onEpoch?: (epoch: number, losses: { training: number; validation: number }) => void
}

/** A trained network in plain numbers, in the form that `Network` takes. */
export interface Trained {
  /** The size of the input, then the neurons of each layer: [784, 256, 256, 10]. */
  sizes: number[]
  /** What `network.weights()` returned in the epoch of your choice. */
  weights: Float32Array
}

/**
 * Learns to read from a few images, 30 % of which have a wrong label.
 *
 * How is up to you; `Network` of network.ts does the training. Hold back some of the images as a validation set. You
 * get no other images to choose with, and never see those that you will be judged by. A `Network` of your
 * sizes with your weights reads them, without dropout, from bytes divided by 255. It has at least one hidden layer, at
 * most 256 neurons in each layer, and at most 300,000 weights and biases.
 *
 * @param images bytes 0 to 255, one image of D pixels after another `[N · D]`; not changed
 * @param labels the classes, 0 to 9; three in ten are wrong `[N]`; not changed
 * @param options.maxEpochs the largest number of epochs
 * @returns the network that reads best, as far as you can tell
 * @example const { sizes, weights } = await fit(images, labels, { on, rng, maxEpochs: 60 }) // 269,322 weights
 */
export async function fit(images: Uint8Array, labels: Uint8Array, options: FitOptions): Promise<Trained> {
  // TODO(beat-overfitting): Hold back a validation set; train with dropout; stop early and return the best weights.
  throw new NotImplemented('beat-overfitting')
}
