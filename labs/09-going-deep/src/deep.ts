/** A deep network that learns to read digits, with skips and without. `network.ts` has its layers. */
import { add, backward, crossEntropy, type Tensor, tensor } from '@backprop/core'
import { Adam, parameters } from '@backprop/nn'
import { NotImplemented } from '@backprop/testkit/todo'
import { type Init, Network } from './network.ts'

export interface FitOptions extends Init {
  /** The number of deep layers between the first and the last. */
  depth: number
  /** Whether each deep layer has a skip. */
  skip: boolean
  /** The number of steps, each on one batch. */
  steps: number
  /** Called after each step; the first one is step 1. The loss is the mean over the step's batch. */
  onStep?: (step: number, loss: number) => void
}

/** The number of images in each batch. */
export const BATCH = 64
/** The learning rate of Adam. */
export const LEARNING_RATE = 1e-3

/**
 * Given: the images with these indices as a batch: pixels as small numbers `[N, D]`, and labels `[N]`.
 * `x.release()` frees its memory at once.
 */
export function batchOf(images: Uint8Array, labels: Uint8Array, indices: ArrayLike<number>, on: Init['on']) {
  const pixels = images.length / labels.length
  const x = new Float32Array(indices.length * pixels)
  for (let n = 0; n < indices.length; n += 1)
    for (let k = 0; k < pixels; k += 1) x[n * pixels + k] = scaled(images[indices[n] * pixels + k])
  return { x: tensor(x, { on, shape: [indices.length, pixels] }), labels: Uint8Array.from(indices, i => labels[i]) }
}

/** Given: a byte as a number with a mean near 0 and a spread near 1; most pixels of a digit are 0. */
export const scaled = (byte: number): number => (byte / 255 - 0.13) / 0.31

/**
 * The logits of a batch: the first layer, then the deep layers, then the last. With skips, each deep layer gives
 * h + layer(h) instead of layer(h); the first and the last have none, because their sizes differ.
 *
 * @param network the network; in training, `forward` of its layers moves their running statistics
 * @param x the batch `[N, D]`
 * @param options.skip whether the deep layers have skips
 * @param options.training whether the layers normalise by the batch, or by their running statistics
 * @returns the logits `[N, 10]`
 */
export function logitsOf(network: Network, x: Tensor, options: { skip: boolean; training: boolean }): Tensor {
  // TODO(depth): First layer, deep layers, last layer; with a skip, add what goes into a layer to what comes out.
  throw new NotImplemented('depth')
}

/**
 * Trains a new network of the given depth with Adam (0.001) on the mean cross-entropy of batches of 64 images.
 *
 * Each pass through the images is in a new order, and leaves out the last images if they don't fill a batch; as many
 * passes as the steps need. With and without skips everything else is the same.
 *
 * @param images bytes 0 to 255, one image of D pixels after another `[N · D]`, at least one batch, N ≥ 64; not changed
 * @param labels the classes, 0 to 9 `[N]`; not changed
 * @returns the numbers of the trained network: `network.numbers()`
 * @example await fit(images, labels, { depth: 30, skip: true, steps: 400, on, rng }) // 181,642 numbers
 */
export async function fit(images: Uint8Array, labels: Uint8Array, options: FitOptions): Promise<Float32Array> {
  // TODO(depth): Make a network and an Adam; for each step: batch, logits, loss, backward, step.
  throw new NotImplemented('depth')
}
