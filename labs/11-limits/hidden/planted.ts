import type { Rng } from '@backprop/core'
import type { ImageSet } from '@backprop/datasets'
import { halved } from './digits.ts'
import { type Net, randomNet, trainNet } from './reference.ts'

/** A picture of noise with one small digit in it. */
export interface Planted {
  /** `[28 · 28]`, 0 to 1 */
  readonly image: Float64Array
  readonly label: number
  /** The digit's upper left corner; it is 14 × 14. */
  readonly row: number
  readonly col: number
}

const NOISE = 0.3

/** Digits at half their size, each in a corner of a picture of noise. */
export function plant(set: ImageSet, count: number, rng: Rng): Planted[] {
  const chosen = rng.permutation(set.count).subarray(0, count)
  return halved(set, chosen).map((digit, i) => {
    const [row, col] = [14 * rng.integer(2), 14 * rng.integer(2)]
    const image = Float64Array.from({ length: 784 }, () => NOISE * rng.uniform())
    for (const [k, ink] of digit.entries()) {
      const at = (row + Math.floor(k / 14)) * 28 + col + (k % 14)
      image[at] = Math.max(image[at], ink)
    }
    return { image, label: set.labels[chosen[i]], row, col }
  })
}

/** A network that reads the digit, wherever it is. */
export function finder(pictures: readonly Planted[], rng: Rng): Net {
  const net = randomNet([784, 32, 10], rng)
  const data = { images: pictures.map(({ image }) => image), labels: pictures.map(({ label }) => label) }
  trainNet(net, data, { epochs: 3, rng })
  return net
}
