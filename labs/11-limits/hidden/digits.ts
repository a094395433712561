import type { Rng } from '@backprop/core'
import { type ImageSet, stratifiedSplit } from '@backprop/datasets'

/** Images as bytes, and the current names of their classes. */
export interface Labelled {
  images: Uint8Array
  labels: Uint8Array
}

export const SIDE = 28
export const PIXELS = SIDE * SIDE

/**
 * What makes memorised images and weights from home useless, and makes no difference to a network of dense layers: the
 * pixels of all images in a new order, and new names for the digits.
 */
export interface Disguise {
  readonly order: Uint32Array
  readonly names: Uint32Array
}

export const disguise = (rng: Rng): Disguise => ({ order: rng.permutation(PIXELS), names: rng.permutation(10) })

/** `count` images of a set, disguised, with about the same share of each digit, in random order. */
export function draw(set: ImageSet, count: number, rng: Rng, { order, names }: Disguise): Labelled {
  const share = count / set.count
  const [chosen] = stratifiedSplit(set.labels, [share, 1 - share], rng)
  const images = new Uint8Array(chosen.length * PIXELS)
  for (const [to, from] of chosen.entries())
    for (let k = 0; k < PIXELS; k += 1) images[to * PIXELS + k] = set.images[from * PIXELS + order[k]]
  return { images, labels: Uint8Array.from(chosen, i => names[set.labels[i]]) }
}

/** One image as numbers from 0 to 1. */
export const pixelsOf = ({ images, labels }: Labelled, i: number): Float64Array => {
  const size = images.length / labels.length
  return Float64Array.from(images.subarray(i * size, (i + 1) * size), byte => byte / 255)
}

/** The same digits at half the size: each pixel is the mean of four. 14 × 14 numbers from 0 to 1 per image. */
export function halved(set: ImageSet, indices: Iterable<number>): Float64Array[] {
  return Array.from(indices, i => {
    const image = set.images.subarray(i * PIXELS, (i + 1) * PIXELS)
    return Float64Array.from({ length: PIXELS / 4 }, (_, k) => {
      const at = 2 * SIDE * Math.floor(k / 14) + 2 * (k % 14)
      return (image[at] + image[at + 1] + image[at + SIDE] + image[at + SIDE + 1]) / 1020
    })
  })
}

/** The labels with about this share of them wrong, each replaced by one of the nine others. */
export const mislabelled = (labels: Uint8Array, share: number, rng: Rng): Uint8Array =>
  labels.map(label => (rng.uniform() < share ? (label + 1 + rng.integer(9)) % 10 : label))
