import { add, type Backend, matmul, noGrad, relu, type Tensor, tensor } from '@backprop/core'
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

/** What a network says about images: what each deep layer gives, and the logits; a row for each image. */
export interface Said {
  readonly layers: readonly Float32Array[] // [N, 64] each
  readonly logits: Float32Array // [N, 10]
}

/** Sends images through a network, with skips or without. Batch normalisation in evaluation is a matrix and a bias. */
export async function outputs(
  { first, layers, weight, bias }: DeepNetwork,
  images: Uint8Array,
  { on, skip }: { readonly on: Backend; readonly skip: boolean },
): Promise<Said> {
  const pixels = Float32Array.from(images, byte => (byte / 255 - 0.13) / 0.31)
  const [last, ...made] = noGrad(() => {
    const outs: Tensor[] = []
    let h = relu(dense(folded(first), tensor(pixels, { on, shape: [images.length / PIXELS, PIXELS] })))
    for (const layer of layers) {
      const out = relu(dense(folded(layer), h))
      outs.push(out)
      h = skip ? add(h, out) : out
    }
    return [dense({ weight, bias }, h), ...outs]
  })
  const said: Float32Array[] = []
  for (const out of made) said.push(Float32Array.from(await out.data()))
  const logits = Float32Array.from(await last.data())
  for (const tensor of [last, ...made]) tensor.release()
  return { layers: said, logits }
}

/** The class with the largest logit for each image. */
export function classes({ logits }: Said): number[] {
  return Array.from({ length: logits.length / CLASSES }, (_, n) => {
    const row = logits.subarray(n * CLASSES, (n + 1) * CLASSES)
    return row.indexOf(Math.max(...row))
  })
}

/** How far the least trained deep layer is from its start: the mean of |γ − 1| over its neurons. */
export const leastMoved = ({ layers }: DeepNetwork): number =>
  Math.min(...layers.map(({ gamma }) => gamma.reduce((sum, value) => sum + Math.abs(value - 1), 0) / WIDTH))

/**
 * How much the quietest deep layer says: the deviation of what its neurons give from image to image, the root of the
 * mean over all neurons. Layers that add nothing, or the same to every image, make a shallow network of a deep one.
 */
export const quietest = ({ layers }: Said): number => Math.min(...layers.map(deviation))

function deviation(rows: Float32Array): number {
  const count = rows.length / WIDTH
  const [sums, squares] = [new Float64Array(WIDTH), new Float64Array(WIDTH)]
  for (const [k, value] of rows.entries()) {
    sums[k % WIDTH] += value
    squares[k % WIDTH] += value ** 2
  }
  const variances = squares.map((square, j) => square / count - (sums[j] / count) ** 2)
  return Math.sqrt(
    Math.max(
      0,
      variances.reduce((sum, one) => sum + one, 0),
    ) / WIDTH,
  )
}

/** The same network with only the first few of its deep layers. */
export const shallower = (network: DeepNetwork, depth: number): DeepNetwork => ({
  ...network,
  layers: network.layers.slice(0, depth),
})

/** A matrix, row by row, and a bias. */
type Dense = Pick<DeepNetwork, 'weight' | 'bias'>

const dense = ({ weight, bias }: Dense, h: Tensor): Tensor =>
  add(matmul(h, tensor(weight, { on: h.on, shape: [h.shape[1], bias.length] })), tensor(bias, { on: h.on }))

/** γ (hW − mean) / √(variance + ε) + β as h times a matrix plus a bias. */
function folded({ weight, gamma, beta, mean, variance }: NormLayer): Dense {
  const factor = gamma.map((scale, j) => scale / Math.sqrt(variance[j] + EPSILON))
  return {
    weight: weight.map((value, k) => value * factor[k % WIDTH]),
    bias: beta.map((shift, j) => shift - mean[j] * factor[j]),
  }
}
