/**
 * Given (there is nothing to write here): a multi-layer perceptron that is trained epoch by epoch, for `fit` in
 * beat-overfitting.ts. Read what it can do; lab 05 is about how it works.
 */
import {
  add,
  argmax,
  type Backend,
  backward,
  crossEntropy,
  matmul,
  mul,
  noGrad,
  relu,
  type Rng,
  type Tensor,
  tensor,
  uniform,
  zeros,
} from '@backprop/core'
import { type AdamState, adamStep } from '@backprop/nn'

/** Where to compute, and where random numbers come from. */
export interface Init {
  on: Backend
  rng: Rng
}

/** Labelled images that a network can take. */
export interface Examples {
  /** All pixels, 0 to 1, image after image. `[N · D]` */
  images: Float32Array
  /** The class of each image. `[N]` */
  labels: Uint8Array
}

/**
 * Factors for the inputs of a layer, drawn again for each batch: a dropout mask. `layer` 0 is the first one,
 * whose inputs are pixels; `count` is the number of factors. `[count]`
 */
export type Mask = (layer: number, count: number) => Float32Array

const LEARNING_RATE = 1e-3
const BATCH = 32
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, learningRate: LEARNING_RATE }

/** The examples with these indices, with bytes 0–255 as numbers 0–1. */
export function examplesOf(images: Uint8Array, labels: Uint8Array, indices: ArrayLike<number>): Examples {
  const pixels = images.length / labels.length
  const chosen = new Float32Array(indices.length * pixels)
  for (let row = 0; row < indices.length; row += 1)
    for (let k = 0; k < pixels; k += 1) chosen[row * pixels + k] = images[indices[row] * pixels + k] / 255
  return { images: chosen, labels: Uint8Array.from(indices, i => labels[i]) }
}

/** Layers of neurons with ReLU between them, trained with Adam (0.001) in batches of 32 on the mean cross-entropy. */
export class Network {
  /** Weights, biases, weights, biases, … of the layers. */
  readonly #kept: AdamState[]
  readonly #sizes: readonly number[]
  readonly #init: Init
  #steps = 0

  /** `new Network([784, 256, 256, 10], { on, rng })`: the size of the input, then the neurons of each layer. */
  constructor(sizes: readonly number[], init: Init) {
    this.#sizes = sizes
    this.#init = init
    this.#kept = sizes.slice(1).flatMap((size, l) => {
      const limit = Math.sqrt(6 / sizes[l])
      const weight = uniform([sizes[l], size], { ...init, low: -limit, high: limit, requiresGrad: true })
      return [fresh(weight), fresh(zeros([size], { on: init.on, requiresGrad: true }))]
    })
  }

  /** Learns from all examples once, in a new order, with dropout if there is a `mask`. Returns the mean loss. */
  async epoch({ images, labels }: Examples, mask?: Mask): Promise<number> {
    const order = this.#init.rng.permutation(labels.length)
    let sum = 0
    for (let start = 0; start < order.length; start += BATCH) {
      const batch = order.subarray(start, start + BATCH)
      const x = this.#rows(images, batch)
      const loss = crossEntropy(
        this.#forward(x, mask),
        Uint8Array.from(batch, i => labels[i]),
      )
      sum += (await loss.item()) * batch.length
      backward(loss)
      this.#step()
    }
    return sum / order.length
  }

  /** The mean loss on examples; learns nothing. */
  async loss({ images, labels }: Examples): Promise<number> {
    const x = this.#all(images)
    return noGrad(() => crossEntropy(this.#forward(x), labels)).item()
  }

  /** The most likely class of each image, for pixels from 0 to 1. `[N · D]` to `[N]` */
  async read(images: Float32Array): Promise<number[]> {
    const x = this.#all(images)
    return [...(await argmax(noGrad(() => this.#forward(x))))]
  }

  /** A copy of all weights and biases in one list. */
  async weights(): Promise<Float32Array> {
    const lists: number[] = []
    for (const { value } of this.#kept) for (const number of await value.data()) lists.push(number)
    return Float32Array.from(lists)
  }

  /** Loads such a copy. */
  setWeights(weights: Float32Array): void {
    let from = 0
    for (const [k, { value, m, v }] of this.#kept.entries()) {
      const count = value.shape.reduce((product, size) => product * size, 1)
      const next = tensor(weights.slice(from, from + count), { on: value.on, shape: value.shape, requiresGrad: true })
      value.release('setWeights replaced them')
      this.#kept[k] = { value: next, m, v }
      from += count
    }
  }

  #forward(x: Tensor, mask?: Mask): Tensor {
    let h = x
    for (let l = 0; l < this.#sizes.length - 1; l += 1) {
      if (l > 0) h = relu(h)
      const count = h.shape[0] * h.shape[1]
      if (mask) h = mul(h, tensor(mask(l, count), { on: this.#init.on, shape: h.shape }))
      h = add(matmul(h, this.#kept[2 * l].value), this.#kept[2 * l + 1].value)
    }
    return h
  }

  #step(): void {
    this.#steps += 1
    for (const [k, state] of this.#kept.entries()) {
      const gradient = state.value.grad
      if (gradient === null) continue
      state.value.grad = null
      const { value, m, v } = adamStep(state, gradient, { ...ADAM, step: this.#steps })
      gradient.release('the step used them')
      this.#kept[k] = { value: value.toLeaf(), m, v }
    }
  }

  #rows(images: Float32Array, batch: Uint32Array): Tensor {
    const [pixels] = this.#sizes
    const rows = new Float32Array(batch.length * pixels)
    for (const [row, i] of batch.entries()) rows.set(images.subarray(i * pixels, (i + 1) * pixels), row * pixels)
    return tensor(rows, { on: this.#init.on, shape: [batch.length, pixels] })
  }

  #all(images: Float32Array): Tensor {
    const [pixels] = this.#sizes
    return tensor(images, { on: this.#init.on, shape: [images.length / pixels, pixels] })
  }
}

const fresh = (value: Tensor): AdamState => ({
  value,
  m: zeros(value.shape, { on: value.on }),
  v: zeros(value.shape, { on: value.on }),
})
