/**
 * A multi-layer perceptron that reads handwritten digits: layers of neurons, one after another, trained with Adam.
 *
 * Shapes are written `[N, D]`: N images with D pixels each. An image of MNIST is one row of D = 784 pixels, and there
 * are C = 10 classes. `on` is the backend, the device that computes; `rng` is the source of all randomness.
 */
import {
  add,
  argmax,
  type Backend,
  backward,
  crossEntropy,
  matmul,
  relu,
  type Rng,
  type Tensor,
  tensor,
  uniform,
  zeros,
} from '@backprop/core'
import { Adam, Parameter, parameters } from '@backprop/nn'
import { NotImplemented } from '@backprop/testkit/todo'

/** A layer of neurons, y = xW + b. Training replaces the tensors in the two boxes. */
export interface Layer {
  /** One column of weights per neuron. `[in, out]` */
  weight: Parameter
  /** One bias per neuron. `[out]` */
  bias: Parameter
}

/** Labelled images that a network can take. */
export interface Examples {
  /** All pixels as small numbers, image after image. `[N · D]` */
  images: Float32Array
  /** The class of each image, 0 to C − 1. `[N]` */
  labels: Uint8Array
}

/** The result of one epoch of training. */
export interface EpochResult {
  /** The mean loss over all examples. */
  loss: number
  /** The share of right answers, 0 to 1. */
  accuracy: number
}

/** Where to compute, and where random numbers come from. */
export interface Init {
  on: Backend
  rng: Rng
}

export interface FitOptions extends Init {
  epochs: number
  /** Called after each epoch; the first one is epoch 1. */
  onEpoch?: (epoch: number, result: EpochResult) => void
}

export interface TrainOptions extends FitOptions {
  /** The number of examples per step; only the last batch of an epoch may be shorter. */
  batchSize: number
  learningRate: number
  /** The optimizer of an interrupted training to resume; a new one unless given. */
  adam?: Adam
  /** Called after each step of an epoch; the first one is step 1. The loss is the mean over the step's batch. */
  onStep?: (step: number, loss: number) => void
}

/**
 * Given: the examples with these indices, as a batch of images `[N, D]` and labels `[N]`. `x.release()` frees its
 * memory at once; otherwise the garbage collector does so at some point.
 */
export function batchOf(data: Examples, indices: Uint32Array, on: Backend): { x: Tensor; labels: Uint8Array } {
  const pixels = data.images.length / data.labels.length
  const images = new Float32Array(indices.length * pixels)
  indices.forEach((index, row) => images.set(data.images.subarray(index * pixels, (index + 1) * pixels), row * pixels))
  return {
    x: tensor(images, { on, shape: [indices.length, pixels] }),
    labels: Uint8Array.from(indices, i => data.labels[i]),
  }
}

/**
 * A new layer. Its weights are drawn uniformly from [−limit, limit] with limit = √(6 / (in + out)), which keeps the
 * signal's size about the same from layer to layer (Glorot and Bengio, 2010). Its biases are zero.
 *
 * @param inSize the number of inputs, at least 1
 * @param outSize the number of neurons, at least 1
 * @param init.on the backend that holds the tensors
 * @param init.rng the generator of the weights, so that the same seed gives the same network
 * @returns a plain object with weight `[in, out]` and bias `[out]`, each in a `Parameter`
 * @example dense(784, 128, { on, rng }) // weights within ±0.0811, because √(6 / 912) = 0.0811
 */
export function dense(inSize: number, outSize: number, init: Init): Layer {
  // TODO(dense): Draw the weights with `uniform`, make the biases with `zeros`, and put each in a Parameter.
  throw new NotImplemented('dense')
}

/**
 * The number of parameters in a network of dense layers: all weights and all biases.
 *
 * @param sizes the size of the input, then the number of neurons of each layer; at least one size; not changed
 * @returns the count; a list of one size is a network without layers and has 0
 * @example countParameters([3, 2]) // 8, which is 3 · 2 weights and 2 biases
 */
export function countParameters(sizes: number[]): number {
  // TODO(count-parameters): Add up in · out + out over all layers.
  throw new NotImplemented('count-parameters')
}

/**
 * The logits of a batch: each layer computes xW + b, with ReLU between two layers, but not after the last.
 *
 * @param layers at least one; each takes as many numbers as the one before it gives; not changed
 * @param x the batch `[N, D]`, N ≥ 1; not changed
 * @returns the logits `[N, C]`, one row per example
 * @example await forward(layers, x).data() // with the numbers of the README: [2, 1]
 */
export function forward(layers: Layer[], x: Tensor): Tensor {
  // TODO(forward): `matmul` with the weights, `add` the biases; `relu` between two layers.
  throw new NotImplemented('forward')
}

/**
 * Trains layers in place with Adam on the mean cross-entropy of mini-batches.
 *
 * Each epoch visits every example exactly once, in a new order drawn from `rng`, `batchSize` examples at a time; what
 * is left over at the end forms a last, shorter batch. One Adam optimizer serves the whole training.
 *
 * The loss and the accuracy of an epoch are means over all its examples, each measured in the forward pass of its
 * step, before the step changes the weights.
 *
 * @param layers at least one; the last one has as many neurons as there are classes
 * @param data N ≥ 1 examples; not changed
 * @param options.adam an optimizer to continue with, if any; it brings its own learning rate
 * @returns the results of the epochs, in order
 * @example await train(layers, data, { epochs: 2, batchSize: 32, learningRate: 1e-3, on, rng })
 */
export async function train(layers: Layer[], data: Examples, options: TrainOptions): Promise<EpochResult[]> {
  // TODO(train): Forward, loss, backward, step: for every batch of every epoch. `batchOf` is given.
  throw new NotImplemented('train')
}

/**
 * Learns to read digits. The number of layers and the way to train them are up to you.
 *
 * The network's input is fixed: images with their pixels divided by 255, read with `forward`. So it takes 784
 * numbers and returns 10 logits, and it has at most 500,000 parameters.
 *
 * @param images bytes 0 (background) to 255, one image of 28 × 28 pixels after another `[N · 784]`; not changed
 * @param labels the digits `[N]`; not changed
 * @param options.epochs the number of passes through the images
 * @param options.onEpoch call this after each epoch, so that the caller can show progress
 * @returns the layers of the trained network, in the order that `forward` expects
 * @example const layers = await fit(images, labels, { epochs: 3, on, rng }) // reads about 97 of 100 new digits
 */
export async function fit(images: Uint8Array, labels: Uint8Array, options: FitOptions): Promise<Layer[]> {
  // TODO(accuracy): Divide the pixels by 255, make layers, train them, and return them.
  throw new NotImplemented('accuracy')
}
