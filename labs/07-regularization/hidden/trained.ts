import { expect } from '@backprop/testkit'

/**
 * The network that `fit` returned, computed on this side: the held-out images are read by a list of numbers. The 1,000
 * training images are 784,000 numbers, so they do not fit into it.
 */
export const MOST_WEIGHTS = 300_000
const MOST_NEURONS = 256
const MOST_LAYERS = 10

/** The size of the input, the neurons of each layer, and their weights and biases, layer after layer. */
export interface Trained {
  readonly sizes: readonly number[]
  readonly weights: Float32Array
}

/** The result as a network; it may be anything, whatever its type says. */
export function trainedNetwork(found: unknown, inSize: number, outSize: number): Trained {
  expect(typeof found === 'object' && found !== null, 'fit returns an object with sizes and weights').toBe(true)
  const { sizes, weights } = found as Record<string, unknown>
  expect(Array.isArray(sizes), 'sizes is a list').toBe(true)
  const list = sizes as unknown[]
  expect(list.length >= 3 && list.length <= MOST_LAYERS + 1, `2 to ${MOST_LAYERS} layers`).toBe(true)
  const isSize = (size: unknown, l: number) =>
    Number.isInteger(size) && Number(size) >= 1 && (l === 0 || Number(size) <= MOST_NEURONS)
  expect(list.every(isSize), `1 to ${MOST_NEURONS} neurons in each layer`).toBe(true)
  const widths = list as number[]
  expect([widths[0], widths.at(-1)].join(), 'from the pixels to the digits').toBe([inSize, outSize].join())
  const count = widths.slice(1).reduce((sum, size, l) => sum + (widths[l] + 1) * size, 0)
  expect(count, 'the weights and biases of the network').toBeLessThanOrEqual(MOST_WEIGHTS)
  expect(weights instanceof Float32Array, 'weights must be what network.weights() returned').toBe(true)
  const numbers = weights as Float32Array
  expect(numbers.length, 'as many weights as the sizes require').toBe(count)
  expect(numbers.every(Number.isFinite), 'all weights are finite').toBe(true)
  return { sizes: widths, weights: numbers }
}

/** The class with the largest logit for each image, with bytes scaled to 0 to 1. */
export function readWith({ sizes, weights }: Trained, images: Uint8Array): number[] {
  const [pixels] = sizes
  return Array.from({ length: images.length / pixels }, (_, n) => {
    let h = Float64Array.from(images.subarray(n * pixels, (n + 1) * pixels), byte => byte / 255)
    let from = 0
    for (const [l, size] of sizes.slice(1).entries()) {
      if (l > 0) h = h.map(value => Math.max(0, value))
      const bias = from + h.length * size
      h = through(h, weights.subarray(from, bias), weights.subarray(bias, bias + size))
      from = bias + size
    }
    return h.indexOf(Math.max(...h))
  })
}

function through(input: Float64Array, weight: Float32Array, bias: Float32Array): Float64Array<ArrayBuffer> {
  const output = Float64Array.from(bias)
  for (const [i, value] of input.entries()) {
    // Most pixels are background, and most neurons output 0.
    if (value === 0) continue
    for (let j = 0; j < output.length; j += 1) output[j] += value * weight[i * output.length + j]
  }
  return output
}
