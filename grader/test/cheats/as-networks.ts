/**
 * Labs 05 to 07 ask for a network. These functions write something else in the form of one: images as weights,
 * means of classes, names that were learned.
 */

/** Where a layer of weights and biases is in the answer of lab 05. */
export const LAYERS = `import { tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
const layersOf = (on, sizes, lists) => sizes.slice(1).map((size, l) => ({
  weight: new Parameter(tensor(lists[2 * l], { on, shape: [sizes[l], size] })),
  bias: new Parameter(tensor(lists[2 * l + 1], { on, shape: [size] })),
}))`

/** Weights, biases, weights and biases as lab 07 takes them, one after the other. */
export const FLAT = `const flat = lists => Float32Array.from(lists.flatMap(list => [...list]))`

/**
 * Nearest neighbours as two layers: a hidden neuron for each of the first images, which is silent unless a picture is like its
 * own, and a vote for its label.
 */
export const PROTOTYPES = `const prototypes = (images, labels, count, likeness) => {
  const size = images.length / labels.length
  const [weight, vote] = [new Float32Array(size * count), new Float32Array(10 * count)]
  let mean = 0
  for (let k = 0; k < count; k++) {
    const image = images.subarray(k * size, (k + 1) * size)
    const norm = Math.sqrt(image.reduce((sum, byte) => sum + (byte / 255) ** 2, 0)) || 1
    mean += norm / count
    for (let p = 0; p < size; p++) weight[p * count + k] = image[p] / 255 / norm
    vote[10 * k + labels[k]] = 1
  }
  return [weight, new Float32Array(count).fill(-likeness * mean), vote, new Float32Array(10)]
}`

/** The class whose mean image is nearest, as one layer: −|x − m|² is 2 m·x − |m|², and |x|² is the same for all. */
export const MEANS = `const nearestMean = (means, names) => {
  const size = means.length / 10
  const [weight, bias] = [new Float32Array(10 * size), new Float32Array(10)]
  for (let digit = 0; digit < 10; digit++)
    for (let p = 0; p < size; p++) {
      const value = means[digit * size + p] / 255
      weight[10 * p + names[digit]] = value
      bias[names[digit]] -= (value * value) / 2
    }
  return [weight, bias]
}
const meansOf = (images, labels) => {
  const size = images.length / labels.length, sums = new Float64Array(10 * size), counts = new Float64Array(10)
  labels.forEach((label, i) => {
    counts[label]++
    for (let p = 0; p < size; p++) sums[size * label + p] += images[size * i + p]
  })
  return sums.map((sum, i) => sum / (counts[Math.floor(i / size)] || 1))
}`

/** Reads by the labels of the k most similar training images, weighted by how similar they are. */
export const NEIGHBOURS = `const neighbours = (images, labels, size, k) => {
  const units = all => {
    const rows = Float32Array.from(all)
    for (let from = 0; from < rows.length; from += size) {
      let sum = 0
      for (let p = from; p < from + size; p++) sum += rows[p] * rows[p]
      for (let p = from; p < from + size; p++) rows[p] /= Math.sqrt(sum) || 1
    }
    return rows
  }
  const known = units(images)
  return others => {
    const rows = units(others)
    return Array.from({ length: rows.length / size }, (_, n) => {
      const best = []
      for (let i = 0; i < labels.length; i++) {
        let likeness = 0
        for (let p = 0; p < size; p++) likeness += known[i * size + p] * rows[n * size + p]
        if (best.length === k && likeness <= best[k - 1][0]) continue
        best.push([likeness, labels[i]])
        best.sort((a, b) => b[0] - a[0])
        best.length = Math.min(best.length, k)
      }
      const votes = new Float64Array(10)
      for (const [likeness, label] of best) votes[label] += likeness ** 8
      return votes.indexOf(Math.max(...votes))
    })
  }
}`
