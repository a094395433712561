import type { Rng } from '@backprop/core'
import { type ColourImageSet, stratifiedSplit } from '@backprop/datasets'

/** Labelled photographs. */
export interface Labelled {
  images: Uint8Array
  labels: Uint8Array
}

/** A sample of a set's images, with about the same share of each class, in random order. */
export function sample(set: ColourImageSet, count: number, rng: Rng): Labelled {
  const share = count / set.count
  const [chosen] = stratifiedSplit(set.labels, [share, 1 - share], rng)
  const size = set.channels * set.rows * set.cols
  const images = new Uint8Array(chosen.length * size)
  chosen.forEach((from, to) => images.set(set.images.subarray(from * size, (from + 1) * size), to * size))
  return { images, labels: Uint8Array.from(chosen, i => set.labels[i]) }
}

/**
 * All images rotated or mirrored in the same one of seven ways, and their colours exchanged in the same way. A network
 * that learns doesn't care where each pixel is; weights trained elsewhere do.
 *
 * @param way 1 to 7: bit 0 swaps rows and columns, bit 1 reverses the rows, bit 2 the columns
 * @param colours the channels that become red, green and blue `[3]`
 */
export function disguised(images: Uint8Array, side: number, way: number, colours: ArrayLike<number>): Uint8Array {
  const area = side * side
  const from = Uint32Array.from({ length: 3 * area }, (_, i) => {
    const [row, col] = [Math.floor((i % area) / side), i % side]
    const [y, x] = way & 1 ? [col, row] : [row, col]
    const pixel = (way & 2 ? side - 1 - y : y) * side + (way & 4 ? side - 1 - x : x)
    return colours[Math.floor(i / area)] * area + pixel
  })
  return images.map((_, i) => images[i - (i % from.length) + from[i % from.length]])
}

/** The largest distance that an image is moved, in pixels. */
const FARTHEST = 2
/** The largest change of a number. */
const NOISE = 4

/**
 * Every image moved by up to two pixels down or up and right or left, and every other one mirrored, at random; at the
 * edges the last pixel is repeated, and each number changes a little. It still shows the same thing, but it can't be
 * looked up in a table.
 */
export function altered(images: Uint8Array, side: number, rng: Rng): Uint8Array {
  const area = side * side
  const inside = (place: number) => Math.min(side - 1, Math.max(0, place))
  const changed = new Uint8ClampedArray(images.length)
  for (let image = 0; image < images.length; image += 3 * area) {
    const [down, right] = moved(rng)
    const isMirrored = rng.integer(2) === 0
    // One draw per image: fifteen million would take as long as the training.
    const noise = noiseFrom(rng.integer(2 ** 31))
    for (let row = 0; row < side; row += 1)
      for (let col = 0; col < side; col += 1) {
        const [fromRow, fromCol] = [inside(row - down), inside(col - right)]
        const from = fromRow * side + (isMirrored ? side - 1 - fromCol : fromCol)
        for (let start = image; start < image + 3 * area; start += area)
          changed[start + row * side + col] = images[start + from] + noise()
      }
  }
  return new Uint8Array(changed.buffer)
}

/** How far an image moves down and right; never 0 in both directions. */
function moved(rng: Rng): [down: number, right: number] {
  const step = () => rng.integer(2 * FARTHEST + 1) - FARTHEST
  const [down, right] = [step(), step()]
  return down === 0 && right === 0 ? moved(rng) : [down, right]
}

/** Numbers from −NOISE to NOISE, quickly: the generator of Park and Miller, 1988. */
function noiseFrom(seed: number): () => number {
  let state = 1 + (seed % 2147483646)
  return () => {
    state = (state * 48271) % 2147483647
    return (state % (2 * NOISE + 1)) - NOISE
  }
}
