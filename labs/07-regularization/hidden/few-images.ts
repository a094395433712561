import type { Rng } from '@backprop/core'
import { type ImageSet, stratifiedSplit } from '@backprop/datasets'

/** Images and the current names of their classes. */
export interface Labelled {
  images: Uint8Array
  labels: Uint8Array
}

const SIDE = 28
const PIXELS = SIDE * SIDE

/**
 * Makes memorised images and labels, and weights trained at home, useless: in each draw the classes have new names and
 * the pixels a new order, which makes no difference to a network of dense layers. And in each image some of the ink has
 * faded.
 */
export interface Disguise {
  names: Uint32Array
  order: Uint32Array
}

export const disguise = (rng: Rng): Disguise => ({ names: rng.permutation(10), order: rng.permutation(PIXELS) })

/** The generators of the draw: nothing visible in the images reveals which ones were chosen. */
export interface Sources {
  choice: Rng
  ink: Rng
}

/** `count` images of a set, with about the same share of each digit, disguised; `moved` by one pixel before that. */
export function draw(
  set: ImageSet,
  count: number,
  { choice, ink }: Sources,
  { names, order, moved }: Disguise & { moved: boolean },
): Labelled {
  const share = count / set.count
  const [chosen] = stratifiedSplit(set.labels, [share, 1 - share], choice)
  const images = new Uint8Array(chosen.length * PIXELS)
  for (const [to, from] of chosen.entries()) {
    const original = set.images.subarray(from * PIXELS, (from + 1) * PIXELS)
    const image = moved ? shifted(original, ink) : original
    for (let k = 0; k < PIXELS; k += 1) images[to * PIXELS + k] = faded(image[order[k]], ink)
  }
  return { images, labels: Uint8Array.from(chosen, i => names[set.labels[i]]) }
}

/** Fades or removes ink at random, so that the pixels of an image can't be looked up either, in any order. */
const faded = (ink: number, rng: Rng): number =>
  ink === 0 || rng.uniform() < 0.1 ? 0 : Math.round((0.6 + 0.4 * rng.uniform()) * ink)

/** The image moved by one pixel up, down, left or right; background enters at the edge. */
function shifted(image: Uint8Array, rng: Rng): Uint8Array {
  const step = rng.integer(2) === 0 ? 1 : -1
  const [down, right] = rng.integer(2) === 0 ? [step, 0] : [0, step]
  return image.map((_, k) => {
    const [row, col] = [Math.floor(k / SIDE) - down, (k % SIDE) - right]
    return row >= 0 && row < SIDE && col >= 0 && col < SIDE ? image[row * SIDE + col] : 0
  })
}

/** The labels with exactly this share of them wrong, each replaced by one of the nine others. */
export function mislabelled(labels: Uint8Array, share: number, rng: Rng): Uint8Array {
  const wrong = rng.permutation(labels.length).subarray(0, Math.round(share * labels.length))
  const result = labels.slice()
  for (const i of wrong) result[i] = (labels[i] + 1 + rng.integer(9)) % 10
  return result
}
