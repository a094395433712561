import { NotImplemented } from '@backprop/testkit/todo'

/** Learning from few examples, some of which are labelled wrongly, without learning the mistakes by heart. */
import type { Backend, Rng } from '@backprop/core'
import { examplesOf, Network } from './network.ts'

export interface FitOptions {
  on: Backend
  rng: Rng
  /** Stop after so many epochs in any case. */
  maxEpochs: number
  /** To be called after each epoch, the first one is epoch 1, with the losses on what was learned from and what was not. */
  onEpoch?: (epoch: number, losses: { training: number; validation: number }) => void
}

/** A trained network in plain numbers, as `Network` takes them. */
export interface Trained {
  /** The size of the input, then the neurons of each layer: [784, 256, 256, 10]. */
  sizes: number[]
  /** What `network.weights()` gave in the epoch of your choice. */
  weights: Float32Array
}

/**
 * Learn to read from few images, 30 % of which have a wrong label.
 *
 * How is up to you; `Network` of network.ts does the training. Keep some of the images back as a validation set. No other
 * images are there to choose with: those that you will be judged by, you never see. They are read by a `Network` of your
 * sizes with your weights, without dropout, from bytes divided by 255. It has a hidden layer or more, at most 256 neurons in
 * each layer, and at most 300,000 weights and biases.
 *
 * @param images bytes 0 to 255, one image of D pixels after the other `[N · D]`; not changed
 * @param labels the classes, 0 to 9; three of ten are wrong `[N]`; not changed
 * @param options.maxEpochs the most epochs to train
 * @returns the network that reads best, as far as you can tell
 * @example const { sizes, weights } = await fit(images, labels, { on, rng, maxEpochs: 60 }) // 269,322 weights
 */
export async function fit(images: Uint8Array, labels: Uint8Array, options: FitOptions): Promise<Trained> {
  // TODO(beat-overfitting): Keep a validation set back; train with dropout; stop early and return the best weights.
  throw new NotImplemented('beat-overfitting')
}
