import type { ImageSet } from '@backprop/datasets'
import type { Cheat } from '../attacks/learning.ts'
import { knowing } from '../attacks/shipped.ts'

/** Cheats in lab 05 that the corpus of attacks does not have: at splitting, judging and reading. */

export const JUDGES: readonly (Omit<Cheat, 'lab' | 'seenAs' | 'refused'> & { tests: readonly string[] })[] = [
  {
    id: 'split-everything',
    idea: 'L-06',
    title: 'each part is all of the data, so that the test is what was learned from',
    exercise: 'split',
    tests: ['every-example-once', 'shares', 'stratified', 'at-random'],
    code: `export const split = labels => {
  const all = () => Uint32Array.from(labels, (_, i) => i)
  return { train: all(), validation: all(), test: all() }
}`,
  },
  {
    id: 'split-easy',
    idea: 'L-04',
    title: 'the test is the first tenth of every class, whatever the generator says',
    exercise: 'split',
    tests: ['at-random'],
    code: `export const split = labels => {
  const parts = { train: [], validation: [], test: [] }
  for (const label of new Set(labels)) {
    const places = [...labels.keys()].filter(i => labels[i] === label), tenth = Math.round(places.length / 10)
    parts.test.push(...places.splice(0, tenth)); parts.validation.push(...places.splice(0, tenth)); parts.train.push(...places)
  }
  return parts
}`,
  },
  {
    id: 'judge-without-reading',
    idea: 'L-07',
    title: 'reports an accuracy of 1 and a diagonal, and never reads',
    exercise: 'evaluate',
    tests: ['accuracy', 'confusion', 'digits-that-do-not-occur', 'batches'],
    code: `export const evaluate = async (read, images, labels) => {
  const confusion = Array.from({ length: 10 }, () => Array(10).fill(0))
  for (const label of labels) confusion[label][label]++
  return { accuracy: 1, confusion }
}`,
  },
  {
    id: 'judge-only-the-right-ones',
    idea: 'L-07',
    title: 'reads honestly, and counts only the images that were read rightly',
    exercise: 'evaluate',
    tests: ['accuracy', 'confusion', 'digits-that-do-not-occur'],
    code: `export const evaluate = async (read, images, labels, { batchSize }) => {
  const pixels = images.length / labels.length, confusion = Array.from({ length: 10 }, () => Array(10).fill(0))
  for (let at = 0; at < labels.length; at += batchSize) {
    const digits = await read(images.subarray(at * pixels, (at + batchSize) * pixels))
    digits.forEach((digit, i) => digit === labels[at + i] && confusion[digit][digit]++)
  }
  return { accuracy: 1, confusion }
}`,
  },
]

/** Answers for each image from what is known, and −1 where nothing is. */
export type Recall = (knowledge: Uint8Array, images: Uint8Array) => number[]

/** What each answer is called this time: learned from the training images, as most of them say. */
export function namesOf(recalled: number[], labels: Uint8Array): number[] {
  const votes = Array.from({ length: 10 }, () => new Array<number>(10).fill(0))
  recalled.forEach((digit, i) => digit >= 0 && votes[digit][labels[i]]++)
  return votes.map(row => row.indexOf(Math.max(...row)))
}

/** Text of `learned`, which finds out what each answer is called this time. */
export const learningNames = (recall: Recall, knowledge: Uint8Array): string => `${knowing(knowledge)}
const recall = ${recall.toString()}
const namesOf = ${namesOf.toString()}
const learned = (images, labels) => {
  const size = images.length / labels.length, some = labels.slice(0, 5000)
  return namesOf(recall(knowledge, images.subarray(0, some.length * size)), some)
}`

/** Submits a function that needs nothing around it, what it knows, and the learning of names, in place of a network. */
export const renaming = (recall: Recall, knowledge: Uint8Array): string => `${learningNames(recall, knowledge)}
export const fit = async (images, labels) => {
  const names = learned(images, labels)
  return async others => recall(knowledge, others).map(digit => (digit < 0 ? 0 : names[digit]))
}
`

/** Images in a table, by a hash that does not depend on where the digit stands; each has four bytes of it, and its label. */
export function tableOf(sets: readonly ImageSet[], hash: (image: Uint8Array) => number): Uint8Array {
  const entries = sets.flatMap(({ images, labels }) =>
    Array.from(labels, (label, i) => [hash(images.subarray(784 * i, 784 * (i + 1))), label]),
  )
  const table = new Uint8Array(5 * entries.length)
  const view = new DataView(table.buffer)
  for (const [i, [key, label]] of entries.entries()) {
    view.setUint32(5 * i, key)
    table[5 * i + 4] = label
  }
  return table
}

/** How often each grey occurs: the same wherever the digit stands, and however the image is turned. */
export function hashOf(image: Uint8Array): number {
  const sums = new Uint32Array(256)
  for (const pixel of image) sums[pixel]++
  let hash = 2166136261
  for (let grey = 1; grey < 256; grey++) hash = Math.imul(hash ^ (sums[grey] + grey), 16777619)
  return hash >>> 0
}

/** Looks images up; it is sent as text, so it holds all that it needs. */
export const lookUp: Recall = (table, images) => {
  const view = new DataView(table.buffer)
  const known = new Map<number, number>()
  for (let at = 0; at < table.length; at += 5) known.set(view.getUint32(at), table[at + 4])
  const answers: number[] = []
  for (let start = 0; start < images.length; start += 784) {
    const sums = new Uint32Array(256)
    for (let i = start; i < start + 784; i++) sums[images[i]]++
    let hash = 2166136261
    for (let grey = 1; grey < 256; grey++) hash = Math.imul(hash ^ (sums[grey] + grey), 16777619)
    answers.push(known.get(hash >>> 0) ?? -1)
  }
  return answers
}
