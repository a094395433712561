import type { Rng } from '@backprop/core'
import { type ImageSet, stratifiedSplit } from '@backprop/datasets'

/** A sample of a set's images, with about the same share of each digit, in random order. */
export function sample(set: ImageSet, count: number, rng: Rng): { images: Uint8Array; labels: Uint8Array } {
  const share = count / set.count
  const [chosen] = stratifiedSplit(set.labels, [share, 1 - share], rng)
  const pixels = set.rows * set.cols
  const images = new Uint8Array(chosen.length * pixels)
  chosen.forEach((from, to) => images.set(set.images.subarray(from * pixels, (from + 1) * pixels), to * pixels))
  return { images, labels: Uint8Array.from(chosen, i => set.labels[i]) }
}

/**
 * All images rotated or mirrored in the same one of seven ways. A network that learns doesn't care where each pixel is;
 * weights trained elsewhere do, and so does a table of known images.
 *
 * @param way 1 to 7: bit 0 swaps rows and columns, bit 1 reverses the rows, bit 2 the columns
 */
export function turned(images: Uint8Array, side: number, way: number): Uint8Array {
  const from = Uint32Array.from({ length: side * side }, (_, pixel) => {
    const [row, col] = [Math.floor(pixel / side), pixel % side]
    const [y, x] = way & 1 ? [col, row] : [row, col]
    return (way & 2 ? side - 1 - y : y) * side + (way & 4 ? side - 1 - x : x)
  })
  return images.map((_, i) => images[i - (i % from.length) + from[i % from.length]])
}

/** The number of grey levels by which ink may become lighter or darker. */
const GREY = 8

/**
 * Every image moved by one pixel, at random up, down, left or right, and its ink a little lighter or darker, pixel by
 * pixel; background enters at the edge. So no image can be looked up in a table of known answers, not even in one that
 * ignores the digit's position.
 */
export function altered(images: Uint8Array, side: number, rng: Rng): Uint8Array {
  const moved = new Uint8Array(images.length)
  for (let start = 0; start < images.length; start += side * side) {
    const step = rng.integer(2) === 0 ? 1 : -1
    const [down, right] = rng.integer(2) === 0 ? [step, 0] : [0, step]
    for (let row = 0; row < side; row += 1)
      for (let col = 0; col < side; col += 1) {
        const [fromRow, fromCol] = [row - down, col - right]
        if (fromRow < 0 || fromRow >= side || fromCol < 0 || fromCol >= side) continue
        const ink = images[start + fromRow * side + fromCol]
        if (ink === 0) continue
        moved[start + row * side + col] = Math.min(255, Math.max(1, ink + rng.integer(2 * GREY + 1) - GREY))
      }
  }
  return moved
}
