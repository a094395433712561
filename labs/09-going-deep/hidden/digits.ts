import type { Rng } from '@backprop/core'
import { type ImageSet, stratifiedSplit } from '@backprop/datasets'

/** Images and the current names of their classes. */
export interface Labelled {
  images: Uint8Array
  labels: Uint8Array
}

export const PIXELS = 784

/**
 * Makes weights that were trained at home useless: in each draw the classes have new names and the pixels a new order,
 * which makes no difference to a network of dense layers. And in each image some of the ink has faded.
 */
export interface Disguise {
  names: Uint32Array
  order: Uint32Array
}

export const disguise = (rng: Rng): Disguise => ({ names: rng.permutation(10), order: rng.permutation(PIXELS) })

/** `count` images of a set, with about the same share of each digit, disguised. */
export function draw(
  set: ImageSet,
  count: number,
  { choice, ink }: { choice: Rng; ink: Rng },
  { names, order }: Disguise,
): Labelled {
  const share = count / set.count
  const [chosen] = stratifiedSplit(set.labels, [share, 1 - share], choice)
  const images = new Uint8Array(chosen.length * PIXELS)
  for (const [to, from] of chosen.entries())
    for (let k = 0; k < PIXELS; k += 1) images[to * PIXELS + k] = faded(set.images[from * PIXELS + order[k]], ink)
  return { images, labels: Uint8Array.from(chosen, i => names[set.labels[i]]) }
}

/** Fades or removes ink at random, so that the pixels of an image can't be looked up either, in any order. */
const faded = (ink: number, rng: Rng): number =>
  ink === 0 || rng.uniform() < 0.05 ? 0 : Math.round((0.8 + 0.2 * rng.uniform()) * ink)
