import type { Rng } from '@backprop/core'
import type { ColourImageSet } from '@backprop/datasets'
import { stratifiedSplit } from '@backprop/datasets'

/** Labelled photographs. */
export interface Labelled {
  images: Uint8Array
  labels: Uint8Array
}

/** Some images of a set, with about the same share of each class, in random order. */
export function sample(set: ColourImageSet, count: number, rng: Rng): Labelled {
  const share = count / set.count
  const [chosen] = stratifiedSplit(set.labels, [share, 1 - share], rng)
  const size = set.channels * set.rows * set.cols
  const images = new Uint8Array(chosen.length * size)
  chosen.forEach((from, to) => images.set(set.images.subarray(from * size, (from + 1) * size), to * size))
  return { images, labels: Uint8Array.from(chosen, i => set.labels[i]) }
}

/** The farthest that an image is moved, in pixels. */
const FARTHEST = 2

/**
 * Every image moved by up to two pixels down or up and right or left, and every other one mirrored, at random; at the
 * edges the last pixel is repeated. It still shows the same thing, but it is not one that can be looked up in a table.
 */
export function altered(images: Uint8Array, side: number, rng: Rng): Uint8Array {
  const area = side * side
  const inside = (place: number) => Math.min(side - 1, Math.max(0, place))
  const changed = new Uint8Array(images.length)
  for (let image = 0; image < images.length; image += 3 * area) {
    const [down, right] = moved(rng)
    const isMirrored = rng.integer(2) === 0
    for (let row = 0; row < side; row += 1)
      for (let col = 0; col < side; col += 1) {
        const [fromRow, fromCol] = [inside(row - down), inside(col - right)]
        const from = fromRow * side + (isMirrored ? side - 1 - fromCol : fromCol)
        for (let channel = 0; channel < 3; channel += 1) {
          const start = image + channel * area
          changed[start + row * side + col] = images[start + from]
        }
      }
  }
  return changed
}

/** How far an image goes down and right; never nowhere. */
function moved(rng: Rng): [down: number, right: number] {
  const step = () => rng.integer(2 * FARTHEST + 1) - FARTHEST
  const [down, right] = [step(), step()]
  return down === 0 && right === 0 ? moved(rng) : [down, right]
}
