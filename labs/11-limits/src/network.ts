/**
 * Given (there is nothing to write here): a multi-layer perceptron, and a training loop that can weigh its examples.
 * Read what it can do; lab 05 is about how it works.
 *
 * Shapes are written `[N, D]`: N images with D pixels each, from 0 to 1. There are C classes. `on` is the backend, the
 * device that computes; `rng` is the source of all randomness.
 */
import {
  add,
  argmax,
  type Backend,
  backward,
  crossEntropy,
  matmul,
  mean,
  noGrad,
  relu,
  type Rng,
  type Tensor,
  tensor,
  zeros,
} from '@backprop/core'
import { Adam, heUniform, Parameter, parameters } from '@backprop/nn'

/** A layer of neurons, y = xW + b. Training replaces the tensors in the two boxes. */
export interface Layer {
  /** One column of weights per neuron. `[in, out]` */
  weight: Parameter
  /** One bias per neuron. `[out]` */
  bias: Parameter
}

/** Labelled images that a network can take. */
export interface Examples {
  /** All pixels, 0 to 1, image after image. `[N · D]` */
  images: Float32Array
  /** The class of each image. `[N]` */
  labels: Uint8Array
}

/** Where to compute, and where random numbers come from. */
export interface Init {
  on: Backend
  rng: Rng
}

export interface TrainOptions extends Init {
  epochs: number
  /** The number of examples per step, 32 unless given; only the last batch of an epoch may be shorter. */
  batchSize?: number
  /** Adam's, 0.001 unless given. */
  learningRate?: number
  /** λ of Adam with an L2 penalty, 0 unless given. */
  weightDecay?: number
  /** A factor for the loss of each example, 1 unless given. `[N]` */
  weights?: ArrayLike<number>
  /** Called after each epoch, starting with epoch 1, with the mean loss of its steps. */
  onEpoch?: (epoch: number, loss: number) => void
}

/** New layers between these sizes: `newLayers([784, 128, 64, 10], { on, rng })` are three. */
export function newLayers(sizes: readonly number[], init: Init): Layer[] {
  return sizes.slice(1).map((size, l) => ({
    weight: new Parameter(heUniform([sizes[l], size], init)),
    bias: new Parameter(zeros([size], { on: init.on })),
  }))
}

/** The logits of a batch: xW + b in each layer, with ReLU between two layers. `[N, D]` to `[N, C]` */
export function forward(layers: readonly Layer[], x: Tensor): Tensor {
  return layers.reduce((h, { weight, bias }, l) => add(matmul(l === 0 ? h : relu(h), weight.value), bias.value), x)
}

/** The examples with these indices, as a batch of images `[N, D]` and labels `[N]`. `x.release()` frees its memory. */
export function batchOf({ images, labels }: Examples, indices: Uint32Array, on: Backend) {
  const pixels = images.length / labels.length
  const rows = new Float32Array(indices.length * pixels)
  for (const [row, i] of indices.entries()) rows.set(images.subarray(i * pixels, (i + 1) * pixels), row * pixels)
  return {
    x: tensor(rows, { on, shape: [indices.length, pixels] }),
    labels: Uint8Array.from(indices, i => labels[i]),
  }
}

/** Bytes 0 to 255 as numbers 0 to 1. */
export function toPixels(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, byte => byte / 255)
}

/** Trains layers in place with Adam on the mean of `weights[i]` times the cross-entropy of example i. Returns the losses. */
export async function train(layers: Layer[], data: Examples, options: TrainOptions): Promise<number[]> {
  const { on, rng, epochs, batchSize = 32, learningRate = 1e-3, weightDecay = 0, weights, onEpoch } = options
  const adam = new Adam(parameters(layers), { learningRate, weightDecay })
  const history: number[] = []
  for (let epoch = 1; epoch <= epochs; epoch += 1) {
    const order = rng.permutation(data.labels.length)
    let total = 0
    for (let start = 0; start < order.length; start += batchSize) {
      const indices = order.slice(start, start + batchSize)
      const { x, labels } = batchOf(data, indices, on)
      const logits = forward(layers, x)
      // (1/N) Σ wᵢ lossᵢ: without `each`, crossEntropy would divide by the sum of the weights.
      const loss = weights
        ? mean(crossEntropy(logits, { labels, weights: Array.from(indices, i => weights[i]), each: true }))
        : crossEntropy(logits, labels)
      total += (await loss.item()) * labels.length
      backward(loss)
      adam.step()
      x.release()
    }
    history.push(total / order.length)
    onEpoch?.(epoch, total / order.length)
  }
  return history
}

/** The class with the largest logit for each image of 0 to 1. `[N · D]` to `[N]` */
export async function read(layers: readonly Layer[], images: Float32Array, on: Backend): Promise<number[]> {
  const [pixels] = layers[0].weight.value.shape
  const x = tensor(images, { on, shape: [images.length / pixels, pixels] })
  const logits = noGrad(() => forward(layers, x))
  const classes = [...(await argmax(logits))]
  for (const each of [x, logits]) each.release()
  return classes
}
