import { expect } from '@backprop/testkit'
import { PIXELS } from './digits.ts'

/**
 * The network that `fit` returned, computed on this side, with skips or without. So its layers are those that the lab
 * describes, whatever the student's code does.
 */

const WIDTH = 64
const CLASSES = 10
const EPSILON = 1e-5

/** One layer of neurons with batch normalisation, in plain numbers. */
interface NormLayer {
  readonly inSize: number
  readonly weight: Float32Array // row by row, [in, 64]
  readonly gamma: Float32Array
  readonly beta: Float32Array
  readonly mean: Float32Array
  readonly variance: Float32Array
}

export interface DeepNetwork {
  readonly first: NormLayer
  readonly layers: readonly NormLayer[]
  readonly weight: Float32Array // [64, 10]
  readonly bias: Float32Array
}

const sizeOf = (inSize: number) => inSize * WIDTH + 4 * WIDTH

/** The numbers of a network with this many deep layers. */
export const countOf = (depth: number, pixels = PIXELS): number =>
  sizeOf(pixels) + depth * sizeOf(WIDTH) + (WIDTH + 1) * CLASSES

/** The result of `fit` as a network; it may be anything, whatever its type says. */
export function deepNetwork(found: unknown, depth: number, pixels = PIXELS): DeepNetwork {
  expect(found instanceof Float32Array, 'fit returns what network.numbers() gives').toBe(true)
  const numbers = found as Float32Array
  expect(numbers.length, `the numbers of a network with ${depth} deep layers`).toBe(countOf(depth, pixels))
  expect(numbers.every(Number.isFinite), 'all its numbers are finite').toBe(true)
  let from = 0
  const next = (count: number) => numbers.subarray(from, (from += count))
  const layer = (inSize: number): NormLayer => ({
    ...{ inSize, weight: next(inSize * WIDTH), gamma: next(WIDTH), beta: next(WIDTH) },
    ...{ mean: next(WIDTH), variance: next(WIDTH) },
  })
  const first = layer(pixels)
  const layers = Array.from({ length: depth }, () => layer(WIDTH))
  expect(
    [first, ...layers].every(({ variance }) => variance.every(value => value >= 0)),
    'running variances are 0 or more',
  ).toBe(true)
  return { first, layers, weight: next(WIDTH * CLASSES), bias: next(CLASSES) }
}

/** The class with the largest logit for each image. */
export function read({ first, layers, weight, bias }: DeepNetwork, images: Uint8Array, skip: boolean): number[] {
  return picturesOf(images).map(pixels => {
    let h = through(first, pixels)
    for (const layer of layers) {
      const out = through(layer, h)
      h = skip ? out.map((value, j) => value + h[j]) : out
    }
    const logits = Array.from(bias, (start, c) =>
      h.reduce((sum, value, j) => sum + value * weight[j * CLASSES + c], start),
    )
    return logits.indexOf(Math.max(...logits))
  })
}

/** How far the least trained deep layer is from its start: the mean of |γ − 1| over its neurons. */
export const leastMoved = ({ layers }: DeepNetwork): number =>
  Math.min(...layers.map(({ gamma }) => gamma.reduce((sum, value) => sum + Math.abs(value - 1), 0) / WIDTH))

/**
 * How much the quietest deep layer says: the deviation of what its neurons give from image to image, the root of the
 * mean over all neurons. Layers that add nothing, or the same to every image, make a shallow network of a deep one.
 */
export function quietest({ first, layers }: DeepNetwork, images: Uint8Array, skip: boolean): number {
  const count = images.length / PIXELS
  const sums = layers.map(() => new Float64Array(WIDTH))
  const squares = layers.map(() => 0)
  for (const pixels of picturesOf(images)) {
    let h = through(first, pixels)
    for (const [l, layer] of layers.entries()) {
      const out = through(layer, h)
      for (const [j, value] of out.entries()) {
        sums[l][j] += value
        squares[l] += value ** 2
      }
      h = skip ? out.map((value, j) => value + h[j]) : out
    }
  }
  const variances = squares.map((square, l) => square / count - sums[l].reduce((sum, s) => sum + (s / count) ** 2, 0))
  return Math.sqrt(Math.max(0, Math.min(...variances)) / WIDTH)
}

/** The same network with only the first few of its deep layers. */
export const shallower = (network: DeepNetwork, depth: number): DeepNetwork => ({
  ...network,
  layers: network.layers.slice(0, depth),
})

const picturesOf = (images: Uint8Array): Float64Array[] =>
  Array.from({ length: images.length / PIXELS }, (_, n) =>
    Float64Array.from(images.subarray(n * PIXELS, (n + 1) * PIXELS), byte => (byte / 255 - 0.13) / 0.31),
  )

function through({ inSize, weight, gamma, beta, mean, variance }: NormLayer, input: Float64Array) {
  const output = new Float64Array(WIDTH)
  for (let i = 0; i < inSize; i += 1) {
    const value = input[i]
    if (value !== 0) for (let j = 0; j < WIDTH; j += 1) output[j] += value * weight[i * WIDTH + j]
  }
  return output.map((a, j) => Math.max(0, (gamma[j] * (a - mean[j])) / Math.sqrt(variance[j] + EPSILON) + beta[j]))
}
