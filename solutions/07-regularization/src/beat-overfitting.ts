/** Learning from a few examples, some of them mislabelled, without memorising the mistakes. */
import type { Backend, Rng } from '@backprop/core'
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

// SOLUTION
/** The share of the images kept for validation. */
const VALIDATION = 0.2
/** The number of epochs in a row that may be no better. */
const PATIENCE = 10
/** The probability of dropping a pixel, and an output of a hidden neuron. */
const DROP = { pixel: 0.2, hidden: 0.5 }

/** Masks of inverted dropout. */
function maskOf(rng: Rng): (layer: number, count: number) => Float32Array {
  return (layer, count) => {
    const p = layer === 0 ? DROP.pixel : DROP.hidden
    return Float32Array.from({ length: count }, () => (rng.uniform() < p ? 0 : 1 / (1 - p)))
  }
}
// END

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
  // SOLUTION(beat-overfitting): Hold back a validation set; train with dropout; stop early and return the best weights.
  const { rng, maxEpochs, onEpoch } = options
  const pixels = images.length / labels.length
  const order = rng.permutation(labels.length)
  const kept = Math.floor(labels.length * VALIDATION)
  const validation = examplesOf(images, labels, order.slice(0, kept))
  const training = examplesOf(images, labels, order.slice(kept))
  const sizes = [pixels, 256, 256, 10]
  const network = new Network(sizes, options)
  let best = { epoch: 0, loss: Infinity, weights: await network.weights() }
  for (let epoch = 1; epoch <= maxEpochs && epoch - best.epoch <= PATIENCE; epoch += 1) {
    const losses = { training: await network.epoch(training, maskOf(rng)), validation: await network.loss(validation) }
    onEpoch?.(epoch, losses)
    if (losses.validation < best.loss) best = { epoch, loss: losses.validation, weights: await network.weights() }
  }
  return { sizes, weights: best.weights }
  // END
}
