import { type LayerPlace, parameterLayout } from '../setup/setup.ts'
import type { ActivationKernel } from './activations.ts'
import { affine, affineBackward, affineGradient } from './affine.ts'
import type { LossKernel } from './losses.ts'

/** Dropout of one hidden layer, on the first `count` numbers of flat arrays. */
export interface DropoutKernel {
  /** h ← a · mask, with a new mask */
  forward(a: Float64Array, h: Float64Array, count: number): void
  /** dh ← dh · mask, with the last mask */
  backward(dh: Float64Array, count: number): void
}

/** What a network is made of. */
export interface NetworkParts {
  /** The width of each layer: features, hidden layers, outputs. */
  readonly sizes: readonly number[]
  /** One for each hidden layer, then that of the output. */
  readonly activations: readonly ActivationKernel[]
  readonly loss: LossKernel
  /** One for each hidden layer; null where nothing is dropped. */
  readonly dropouts: readonly (DropoutKernel | null)[]
}

/**
 * A small multi-layer perceptron on flat arrays of doubles. Its parameters are one list (`parameterLayout`); its values
 * are kept neuron by neuron, `[neurons, n]` for n examples, in buffers that are made once and grow when n does.
 */
export class Network {
  readonly parts: NetworkParts
  readonly layers: readonly LayerPlace[]
  /** How many parameters there are. */
  readonly count: number
  /** The sums z, the answers a, and the answers h after dropout, of each layer. */
  #z: Float64Array[] = []
  #a: Float64Array[] = []
  #h: Float64Array[] = []
  #d: Float64Array[] = []
  #capacity = 0

  constructor(parts: NetworkParts) {
    const { layers, count } = parameterLayout(parts.sizes)
    this.parts = parts
    this.layers = layers
    this.count = count
  }

  /** The network's outputs for n examples x `[features, n]`, without dropout: `[outputs, n]`, valid until the next call. */
  forward(theta: Float64Array, x: Float64Array, n: number): Float64Array {
    this.#reserve(n)
    let from = x
    for (let l = 0; l < this.layers.length; l += 1) from = this.#layer(l, theta, from, n)
    return from
  }

  /** The answers of a layer in the last pass: `[neurons, n]`. Layer 0 is the first hidden one. */
  answers(layer: number): Float64Array {
    return this.#a[layer]
  }

  /** The mean loss of n examples, without dropout. */
  loss(theta: Float64Array, x: Float64Array, target: Float64Array, n: number): number {
    const output = this.forward(theta, x, n)
    return this.parts.loss.value(output, target, n, this.layers[this.layers.length - 1].outputs)
  }

  /** into ← the gradient of the mean loss of n examples, with dropout */
  gradient(theta: Float64Array, x: Float64Array, target: Float64Array, n: number, into: Float64Array): void {
    this.#reserve(n)
    const { layers } = this
    const { activations, dropouts, loss } = this.parts
    const last = layers.length - 1
    let from = x
    for (let l = 0; l <= last; l += 1) {
      from = this.#layer(l, theta, from, n)
      const dropout = l < last ? dropouts[l] : null
      if (dropout) dropout.forward(from, (from = this.#h[l]), layers[l].outputs * n)
    }
    loss.gradient(this.#a[last], target, this.#d[last], n, layers[last].outputs)
    for (let l = last; l >= 0; l -= 1) {
      const dz = this.#d[l]
      activations[l].backward(dz, this.#z[l], this.#a[l], layers[l].outputs * n)
      if (l === 0) {
        affineGradient(into, layers[0], x, dz, n)
        continue
      }
      const dropout = dropouts[l - 1]
      affineGradient(into, layers[l], dropout ? this.#h[l - 1] : this.#a[l - 1], dz, n)
      affineBackward(theta, layers[l], dz, this.#d[l - 1], n)
      dropout?.backward(this.#d[l - 1], layers[l].inputs * n)
    }
  }

  #layer(l: number, theta: Float64Array, x: Float64Array, n: number): Float64Array {
    affine(theta, this.layers[l], x, this.#z[l], n)
    this.parts.activations[l].forward(this.#z[l], this.#a[l], this.layers[l].outputs * n)
    return this.#a[l]
  }

  #reserve(n: number): void {
    if (n <= this.#capacity) return
    this.#capacity = n
    const buffers = () => this.layers.map(({ outputs }) => new Float64Array(outputs * n))
    this.#z = buffers()
    this.#a = buffers()
    this.#h = buffers()
    this.#d = buffers()
  }
}
