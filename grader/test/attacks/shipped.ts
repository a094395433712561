import type { ImageSet } from '@backprop/datasets'

/** Knowledge that a submission brings along in its text, and functions that read images with it. */

type Read = (knowledge: Uint8Array, images: Uint8Array) => number[]

/** The line of a submission that holds what it knows. */
export function knowing(knowledge: Uint8Array): string {
  const lines =
    Buffer.from(knowledge)
      .toString('base64')
      .match(/.{1,2000}/g) ?? []
  return `const knowledge = Uint8Array.from(atob([\n${lines.map(line => `'${line}',`).join('\n')}\n].join('')), c => c.charCodeAt(0))`
}

/** Submits a function that needs nothing around it, and what it knows, in place of a network. */
export function shipped(read: Read, knowledge: Uint8Array): string {
  return `${knowing(knowledge)}
const read = ${read.toString()}
export const fit = async () => async images => read(knowledge, images)
export const dense = () => NaN, countParameters = () => NaN, train = () => NaN
`
}

/** For each image four bytes of a hash that does not depend on where the digit stands, and its label. */
export function tableOf({ images, labels }: ImageSet): Uint8Array {
  const table = new Uint8Array(labels.length * 5)
  const view = new DataView(table.buffer)
  labels.forEach((label, i) => {
    view.setUint32(5 * i, hashes(images.subarray(784 * i, 784 * (i + 1)))[0])
    table[5 * i + 4] = label
  })
  return table
}

const hashes = (images: Uint8Array): number[] => {
  const all: number[] = []
  for (let start = 0; start < images.length; start += 784) {
    let hash = 2166136261
    let first = -1
    for (let i = 0; i < 784; i++) {
      const pixel = images[start + i]
      if (pixel === 0) continue
      if (first < 0) first = i
      hash = Math.imul(Math.imul(hash ^ (i - first), 16777619) ^ pixel, 16777619)
    }
    all.push(hash >>> 0)
  }
  return all
}

export const readByTable: Read = (table, images) => {
  const view = new DataView(table.buffer)
  const labels = new Map<number, number>()
  for (let at = 0; at < table.length; at += 5) labels.set(view.getUint32(at), table[at + 4])
  const digits: number[] = []
  for (let start = 0; start < images.length; start += 784) {
    let hash = 2166136261
    let first = -1
    for (let i = 0; i < 784; i++) {
      const pixel = images[start + i]
      if (pixel === 0) continue
      if (first < 0) first = i
      hash = Math.imul(Math.imul(hash ^ (i - first), 16777619) ^ pixel, 16777619)
    }
    digits.push(labels.get(hash >>> 0) ?? 0)
  }
  return digits
}

/** The mean image of each of ten classes. */
export function meansOf({ images, labels }: Pick<ImageSet, 'images' | 'labels'>): Uint8Array {
  const size = images.length / labels.length
  const sums = new Float64Array(10 * size)
  const counts = new Float64Array(10)
  labels.forEach((label, i) => {
    counts[label]++
    for (let p = 0; p < size; p++) sums[size * label + p] += images[size * i + p]
  })
  return Uint8Array.from(sums, (sum, i) => sum / counts[Math.floor(i / size)])
}

/** The class whose mean image is nearest. */
export const readByMeans: Read = (means, images) => {
  const size = means.length / 10
  return Array.from({ length: images.length / size }, (_, n) => {
    const distances = Array.from({ length: 10 }, (_, label) => {
      let sum = 0
      for (let p = 0; p < size; p++) sum += (images[size * n + p] - means[size * label + p]) ** 2
      return sum
    })
    return distances.indexOf(Math.min(...distances))
  })
}
