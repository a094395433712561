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

// SOLUTION
/** The share of the images that only judge. */
const VALIDATION = 0.2
/** So many epochs in a row may be no better. */
const PATIENCE = 10
/** How likely a number is dropped: a pixel, and an output of a hidden neuron. */
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
  // SOLUTION(beat-overfitting): Keep a validation set back; train with dropout; stop early and return the best weights.
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
