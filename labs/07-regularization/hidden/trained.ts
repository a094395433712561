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

/** The class with the largest logit for each image, whose bytes count as 0 to 1. */
export function readWith(network: Trained, images: Uint8Array): number[] {
  const [pixels] = network.sizes
  return Array.from({ length: images.length / pixels }, (_, n) => {
    const logits = logitsOf(network, pictureOf(images, n, pixels))
    return logits.indexOf(Math.max(...logits))
  })
}

/**
 * How far a network is from a linear classifier. Halfway between two images, the logits of a linear one are halfway too.
 * The result is how far they are from that, relative to how far apart the two images' logits are: 0 without hidden layers,
 * or with hidden layers that only pass numbers on, and 0.23 or more for networks that were trained on digits.
 */
export function curvature(network: Trained, images: Uint8Array, pairs = 200): number {
  const [pixels] = network.sizes
  let off = 0
  let apart = 0
  for (let k = 0; k < pairs; k += 1) {
    const [a, b] = [pictureOf(images, 2 * k, pixels), pictureOf(images, 2 * k + 1, pixels)]
    const half = centred(
      logitsOf(
        network,
        a.map((value, p) => (value + b[p]) / 2),
      ),
    )
    const [ofA, ofB] = [centred(logitsOf(network, a)), centred(logitsOf(network, b))]
    for (const [c, value] of half.entries()) {
      off += (value - (ofA[c] + ofB[c]) / 2) ** 2
      apart += ((ofA[c] - ofB[c]) / 2) ** 2
    }
  }
  return Math.sqrt(off / apart)
}

const pictureOf = (images: Uint8Array, n: number, pixels: number) =>
  Float64Array.from(images.subarray(n * pixels, (n + 1) * pixels), byte => byte / 255)

/** What all logits have in common decides nothing. */
function centred(logits: Float64Array): Float64Array {
  const mean = logits.reduce((sum, value) => sum + value, 0) / logits.length
  return logits.map(value => value - mean)
}

function logitsOf({ sizes, weights }: Trained, picture: Float64Array): Float64Array {
  let h = picture
  let from = 0
  for (const [l, size] of sizes.slice(1).entries()) {
    if (l > 0) h = h.map(value => Math.max(0, value))
    const bias = from + h.length * size
    h = through(h, weights.subarray(from, bias), weights.subarray(bias, bias + size))
    from = bias + size
  }
  return h
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
