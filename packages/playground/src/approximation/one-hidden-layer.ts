import { type Backend, linear, relu, type Rng, sigmoid, tanh, type Tensor, tensor } from '@backprop/core'
import { type Module, Parameter } from '@backprop/nn'

export const BENDS = ['relu', 'tanh', 'sigmoid'] as const
export type Bend = (typeof BENDS)[number]

/** The weights of y(x) = c + Σⱼ vⱼ φ(wⱼ x + bⱼ) as plain numbers. */
export interface Weights {
  readonly w: Float64Array // [H]
  readonly b: Float64Array // [H]
  readonly v: Float64Array // [H]
  readonly c: number
}

/** Where curves are drawn and learned: x from −3 to 3, y from −2.5 to 2.5. */
export const X_MOST = 3
export const Y_MOST = 2.5

const PHI: Readonly<Record<Bend, { ofNumber: (z: number) => number; ofTensor: (z: Tensor) => Tensor }>> = {
  relu: { ofNumber: z => Math.max(0, z), ofTensor: z => relu(z) },
  tanh: { ofNumber: Math.tanh, ofTensor: z => tanh(z) },
  sigmoid: { ofNumber: z => 1 / (1 + Math.exp(-z)), ofTensor: z => sigmoid(z) },
}

/** vⱼ φ(wⱼ x + bⱼ) of each neuron at each x, `[H, N]`. */
export function contributions({ w, b, v }: Weights, bend: Bend, xs: ArrayLike<number>): Float64Array[] {
  const { ofNumber } = PHI[bend]
  return Array.from(w, (_, j) => Float64Array.from(xs, x => v[j] * ofNumber(w[j] * x + b[j])))
}

/** One neuron's contribution to the sum. */
export interface Part {
  /** Its place in the layer, from 1. */
  readonly neuron: number
  /** `[N]` */
  readonly values: Float64Array
}

/** c plus the contributions of some neurons, `[N]`. */
export function sumOf(c: number, parts: readonly Float64Array[], count: number): Float64Array {
  const sum = new Float64Array(count).fill(c)
  for (const part of parts) for (let i = 0; i < count; i++) sum[i] += part[i]
  return sum
}

/** The same network for training. */
export class OneHiddenLayer implements Module {
  readonly w: Parameter // [1, H]
  readonly b: Parameter // [H]
  readonly v: Parameter // [H, 1]
  readonly c: Parameter // [1]
  readonly #bend: Bend

  constructor({ w, b, v, c }: Weights, bend: Bend, on: Backend) {
    this.w = new Parameter(tensor(w, { on, shape: [1, w.length] }))
    this.b = new Parameter(tensor(b, { on, shape: [b.length] }))
    this.v = new Parameter(tensor(v, { on, shape: [v.length, 1] }))
    this.c = new Parameter(tensor([c], { on }))
    this.#bend = bend
  }

  /** `[N, 1]` → `[N, 1]` */
  forward(x: Tensor): Tensor {
    const hidden = PHI[this.#bend].ofTensor(linear(x, this.w.value, this.b.value))
    return linear(hidden, this.v.value, this.c.value)
  }

  weights(): Weights {
    const [w, b, v, c] = [this.w, this.b, this.v, this.c].map(({ value }) => Float64Array.from(value.dataSync()))
    return { w, b, v, c: c[0] }
  }

  release(): void {
    for (const { value } of [this.w, this.b, this.v, this.c]) value.release()
  }
}

/**
 * New neurons, whose bends are spread over the x axis: neuron j turns at x = −bⱼ / wⱼ, near the j-th of H equal parts, in
 * random order. Without that, most would bend at the same place or beyond the curve, and could only move slowly.
 */
export function drawWeights(width: number, bend: Bend, rng: Rng): Weights {
  const order = rng.permutation(width)
  // Smooth bends must be as narrow as their part of the axis.
  const steepness = bend === 'relu' ? 1 : Math.max(1, width / 4)
  const w = Float64Array.from(
    { length: width },
    () => (rng.uniform() < 0.5 ? -1 : 1) * steepness * (0.75 + 0.5 * rng.uniform()),
  )
  const turn = Float64Array.from(order, part => X_MOST * (-1 + (2 * (part + rng.uniform())) / width))
  const b = w.map((slope, j) => -slope * turn[j])
  const v = Float64Array.from({ length: width }, () => rng.normal() / Math.sqrt(width))
  return { w, b, v, c: 0 }
}

/** The same function with another number of neurons: the last ones go, or new ones come that add 0 until they learn. */
export function resized(weights: Weights, width: number, bend: Bend, rng: Rng): Weights {
  const kept = Math.min(width, weights.w.length)
  const fresh = drawWeights(width, bend, rng)
  const joined = (old: Float64Array, added: Float64Array) =>
    Float64Array.from({ length: width }, (_, j) => (j < kept ? old[j] : added[j]))
  return {
    w: joined(weights.w, fresh.w),
    b: joined(weights.b, fresh.b),
    v: joined(weights.v, new Float64Array(width)),
    c: weights.c,
  }
}
