/**
 * Bias: a network that takes the easy hint, and whom it fails.
 *
 * Each example belongs to one of G groups, numbered 0 to G − 1: here, a group is a label together with a colour.
 */
import type { Rng } from '@backprop/core'
import { type Init, type Layer, newLayers, toPixels, train } from './network.ts'

/** Images in two colours, all pixels of the red channel and then all pixels of the green one. */
export interface Coloured {
  /** Bytes `[N · 2 · D]`; one channel of an image is empty. */
  images: Uint8Array
  /** 0 or 1 `[N]` */
  labels: Uint8Array
  /** 0 for red, 1 for green `[N]` */
  colours: Uint8Array
}

/** Where to compute, and how long. */
export interface FairOptions extends Init {
  epochs: number
  /** Called after each epoch, starting with epoch 1, with its mean loss. */
  onEpoch?: (epoch: number, loss: number) => void
}

/**
 * Given: the same images in colour. An image gets the colour of its label (0 red, 1 green) with probability `hint`, and
 * the other colour otherwise.
 *
 * @param images bytes `[N · D]`
 * @param labels 0 or 1 `[N]`
 */
export function coloured(images: Uint8Array, labels: Uint8Array, { hint, rng }: { hint: number; rng: Rng }): Coloured {
  const pixels = images.length / labels.length
  const colours = labels.map(label => (rng.uniform() < hint ? label : 1 - label))
  const channels = new Uint8Array(2 * images.length)
  for (const [i, colour] of colours.entries())
    channels.set(images.subarray(i * pixels, (i + 1) * pixels), (2 * i + colour) * pixels)
  return { images: channels, labels, colours }
}

/**
 * The accuracy within each group.
 *
 * @param answers the network's answers `[N]`; not changed
 * @param labels the right ones `[N]`; not changed
 * @param groups the group of each example, 0 to G − 1 `[N]`; not changed
 * @param count G
 * @returns the share of right answers in each group `[G]`; NaN for a group without examples
 * @throws RangeError when the three lists have different lengths
 * @example groupAccuracies([1, 1, 0], [1, 0, 0], [0, 1, 1], 3) // [1, 0.5, NaN]
 */
export function groupAccuracies(answers: number[], labels: number[], groups: number[], count: number): number[] {
  // SOLUTION(bias): For each group, count its examples and its right answers.
  if (answers.length !== labels.length || groups.length !== labels.length)
    throw new RangeError(
      `groupAccuracies: ${answers.length} answers, ${labels.length} labels and ${groups.length} groups.`,
    )
  return Array.from({ length: count }, (_, g) => {
    const members = [...labels.keys()].filter(i => groups[i] === g)
    return members.filter(i => answers[i] === labels[i]).length / members.length
  })
  // END
}

/**
 * The group that the network serves worst.
 *
 * @param accuracies the accuracy of each group `[G]`; NaN for a group without examples; not changed
 * @returns the lowest accuracy and its group, of equal ones the first
 * @throws RangeError when no group has an accuracy
 * @example worstGroup([0.9, NaN, 0.4]) // { group: 2, accuracy: 0.4 }
 */
export function worstGroup(accuracies: number[]): { group: number; accuracy: number } {
  // SOLUTION(bias): The smallest number that is one; Math.min would be NaN.
  const accuracy = Math.min(...accuracies.filter(value => !Number.isNaN(value)))
  if (accuracy === Infinity) throw new RangeError('worstGroup: no group has an accuracy.')
  return { group: accuracies.indexOf(accuracy), accuracy }
  // END
}

/**
 * Weights with which every group counts the same, however few examples it has.
 *
 * @param groups the group of each example, 0 to G − 1 `[N]`, at least one; not changed
 * @returns a weight for each example `[N]`: equal within a group, with the same total for each group that has examples,
 *   and 1 on average
 * @throws RangeError for an empty list
 * @example groupWeights([0, 0, 0, 2]) // [2/3, 2/3, 2/3, 2]: each group has 2 of 4
 */
export function groupWeights(groups: number[]): number[] {
  // SOLUTION(bias): The examples divided by the number of groups, divided by the number of members.
  if (groups.length === 0) throw new RangeError('groupWeights: expected at least one example.')
  const sizes = new Map<number, number>()
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  return groups.map(group => groups.length / sizes.size / sizes.get(group)!)
  // END
}

/**
 * Learns to tell two kinds of digits apart, from images whose colour is a hint that will not last: 99 % of the training
 * images have the colour of their label. It is judged by its worst group, on images in which the colour says nothing.
 *
 * How is up to you. The network takes pixels divided by 255, and its layers are used as `forward` of network.ts uses
 * them. It has at most 10 layers and at most 200,000 weights and biases.
 *
 * @param data N images with labels and colours; not changed
 * @returns the layers of the trained network, from `[N, 2 · D]` to logits `[N, 2]`
 * @example const layers = await fairFit(coloured(images, labels, { hint: 0.99, rng }), { epochs: 4, on, rng })
 */
export async function fairFit(data: Coloured, options: FairOptions): Promise<Layer[]> {
  // SOLUTION(bias): `train` of network.ts takes weights; a group is a label together with a colour.
  const { images, labels, colours } = data
  const layers = newLayers([images.length / labels.length, 64, 2], options)
  const weights = groupWeights(Array.from(labels, (label, i) => 2 * label + colours[i]))
  await train(layers, { images: toPixels(images), labels }, { ...options, weights })
  return layers
  // END
}
