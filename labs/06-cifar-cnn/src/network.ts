/**
 * A convolutional network that learns to distinguish ten kinds of things in small photographs.
 *
 * A batch of images is a tensor `[N, C, H, W]`: N images with C = 3 channels (red, green, blue) of H = 32 rows and
 * W = 32 columns. `on` is the backend, the device that computes; `rng` is the source of all randomness.
 */
import {
  argmax,
  type Backend,
  backward,
  crossEntropy,
  noGrad,
  relu,
  type Rng,
  type Tensor,
  tensor,
} from '@backprop/core'
import {
  Adam,
  Conv2d,
  evaluation,
  flatten,
  Linear,
  loadInto,
  MaxPool2d,
  type Module,
  type Parameter,
  parameters,
  saveWeights,
  sequential,
  training,
} from '@backprop/nn'
import { NotImplemented } from '@backprop/testkit/todo'

/** Labelled images that a network can take. */
export interface Examples {
  /** All images as small numbers, image after image, channel after channel, row after row. `[N · C · H · W]` */
  images: Float32Array
  /** The shape of one image. `[C, H, W]` */
  shape: [channels: number, rows: number, cols: number]
  /** The class of each image, counted from 0. `[N]` */
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
  /** Called after each step with its number in this epoch, from 1, and the loss of its batch. */
  onStep?: (step: number, loss: number) => void
  /** Called after each epoch; the first one is epoch 1. */
  onEpoch?: (epoch: number, result: EpochResult) => void
}

export interface TrainOptions extends FitOptions {
  /** The number of examples per step; only the last batch of an epoch may be shorter. */
  batchSize: number
  learningRate: number
  /** An optimizer to continue with, which remembers earlier epochs and has its own learning rate; a new one unless given. */
  adam?: Adam
}

/** Given: the mean and the standard deviation of red, green and blue in CIFAR-10, where 255 counts as 1. */
export const CIFAR10 = { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] }

/** Given: the parameters of a network, by name. The grader uses it too, so don't change it. */
export function weightsOf(model: Module): Map<string, Parameter> {
  return parameters(model)
}

/**
 * Given: a network small enough to be checked number by number: kernels of 3 × 3 with padding 1, ReLU, max pooling 2 ×
 * 2, and a layer of neurons. The grader uses it too, so don't change it.
 */
export function tinyNet(shape: Examples['shape'], kernels: number, classes: number, init: Init): Module {
  const [channels, rows, cols] = shape
  return sequential(
    new Conv2d(channels, kernels, 3, { padding: 1, ...init }),
    relu,
    new MaxPool2d(2),
    flatten,
    new Linear(kernels * Math.floor(rows / 2) * Math.floor(cols / 2), classes, init),
  )
}

/** Given: a network's weights as a file, to keep after training. The grader uses it too. */
export async function saved(model: Module): Promise<Uint8Array> {
  return await saveWeights(model)
}

/** Given: your `network` with the weights from such a file, perhaps in another program. The grader uses it too. */
export function restored(file: Uint8Array, init: Init): Module {
  const model = network(init)
  loadInto(model, file)
  return model
}

/**
 * Given: the examples with these indices, as a batch of images `[N, C, H, W]` and labels `[N]`. `x.release()` frees its
 * memory at once; otherwise the garbage collector does so at some point.
 */
export function batchOf(
  { images, shape, labels }: Examples,
  indices: Uint32Array,
  on: Backend,
): { x: Tensor; labels: Uint8Array } {
  const size = shape[0] * shape[1] * shape[2]
  const values = new Float32Array(indices.length * size)
  indices.forEach((index, row) => values.set(images.subarray(index * size, (index + 1) * size), row * size))
  return {
    x: tensor(values, { on, shape: [indices.length, ...shape] }),
    labels: Uint8Array.from(indices, i => labels[i]),
  }
}

/**
 * LeNet-5 for colour images of 32 × 32 pixels, with ReLU and max pooling: 6 kernels of 5 × 5, ReLU, pooling 2 × 2; 16
 * kernels of 5 × 5, ReLU, pooling 2 × 2; then layers of 120, 84 and 10 neurons, with ReLU between them.
 *
 * The weights are drawn from `rng` by any initialiser of `@backprop/nn`; the biases start at zero.
 *
 * @returns a network whose `forward` takes `[N, 3, 32, 32]` to logits `[N, 10]`; it learns 62,006 numbers
 * @example lenet({ on, rng }).forward(images, evaluation) // images [64, 3, 32, 32] → logits [64, 10]
 */
export function lenet(init: Init): Module {
  // TODO(lenet): Chain the layers with `sequential`. `tinyNet` above shows how.
  throw new NotImplemented('lenet')
}

/**
 * Converts bytes to numbers that suit a network: each byte of channel c becomes (byte / 255 − mean[c]) / std[c]. If the
 * means and the deviations are those of the images, each channel then has mean 0 and deviation 1.
 *
 * @param images bytes 0 to 255, image after image, channel after channel `[N · C · area]`
 * @param area the number of pixels in a channel, H · W
 * @param statistics a mean and a standard deviation for each of the C channels, where 255 counts as 1
 * @returns new numbers in the same order `[N · C · area]`
 * @example standardized(Uint8Array.of(255, 0, 51), 1, { mean: [0.5, 0.5, 0], std: [0.5, 0.25, 1] }) // 1, −2, 0.2
 */
export function standardized(
  images: Uint8Array,
  area: number,
  { mean, std }: { mean: number[]; std: number[] },
): Float32Array {
  // TODO(train): Which channel does number i belong to? Channels follow one another repeatedly, `area` numbers
  throw new NotImplemented('train')
}

/**
 * Trains a network in place with Adam on the mean cross-entropy of mini-batches.
 *
 * Each epoch visits every example exactly once, in a new order drawn from `rng`, `batchSize` examples at a time; what
 * is left over at the end forms a last, shorter batch. One Adam optimizer serves the whole training: `options.adam`, or
 * a new one with `options.learningRate`. It calls `onStep` after each step and `onEpoch` after each epoch, if given.
 *
 * The loss and the accuracy of an epoch are means over all its examples, each measured in the forward pass of its
 * step, before the step changes the weights.
 *
 * @param model a network from `[N, C, H, W]` to logits `[N, classes]`
 * @param data N ≥ 1 examples; not changed
 * @returns the results of the epochs, in order
 * @example await train(lenet({ on, rng }), data, { epochs: 3, batchSize: 64, learningRate: 1e-3, on, rng })
 */
export async function train(model: Module, data: Examples, options: TrainOptions): Promise<EpochResult[]> {
  // TODO(train): Forward, loss, backward, step: for every batch of every epoch. `batchOf` is given above.
  throw new NotImplemented('train')
}

/**
 * A network of your choice for photographs of 32 × 32 pixels. It is made twice: for learning, and, with the learned
 * weights, for reading. So it must have the same layers each time, and at most 300,000 parameters.
 *
 * @returns a network whose `forward` takes `[N, 3, 32, 32]` to logits `[N, 10]`
 * @example network({ on, rng }).forward(images, evaluation) // images [64, 3, 32, 32] → logits [64, 10]
 */
export function network(init: Init): Module {
  // TODO(accuracy): Two stages of convolution and pooling, then two layers of neurons.
  throw new NotImplemented('accuracy')
}

/**
 * Learns to classify photographs. How to scale the pixels and how to train your `network` are up to you.
 *
 * @param images bytes 0 to 255, image after image, each with a 32 × 32 channel for red, then for green, then for
 *   blue `[N · 3072]`; not changed
 * @param labels the classes, 0 to 9 `[N]`; not changed
 * @param options.epochs the number of passes through the images
 * @param options.onStep call this after each step, if given
 * @param options.onEpoch call this after each epoch, so that the caller can show progress
 * @returns the trained network
 * @example const model = await fit(images, labels, { epochs: 3, on, rng })
 */
export async function fit(images: Uint8Array, labels: Uint8Array, options: FitOptions): Promise<Module> {
  // TODO(accuracy): Scale the pixels, make your network, train it, and return it.
  throw new NotImplemented('accuracy')
}

/**
 * Classifies photographs with a trained network.
 *
 * It may be called in a different program from `fit`, with a network that was `restored` from a file: it only knows the
 * weights.
 *
 * @param model a network that `fit` or `restored` returned
 * @param images bytes in the same format as for `fit`; any number of images from 1; not changed
 * @param options.on the backend that computes
 * @returns a plain list with one class, 0 to 9, per image
 * @example await read(model, otherImages, { on }) // [3, 8, 8, …]
 */
export async function read(model: Module, images: Uint8Array, { on }: Pick<Init, 'on'>): Promise<number[]> {
  // TODO(accuracy): Scale the pixels as for learning, a few hundred images at a time; where is the largest logit?
  throw new NotImplemented('accuracy')
}
