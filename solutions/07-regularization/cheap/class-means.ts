import type { FitOptions, Trained } from '../src/beat-overfitting.ts'

/** No training: the class whose mean image is nearest, written as a network whose ten hidden neurons pass scores on. */
export function fit(images: Uint8Array, labels: Uint8Array, _options: FitOptions): Promise<Trained> {
  const size = images.length / labels.length
  const [means, counts] = [new Float64Array(10 * size), new Float64Array(10)]
  for (const [i, label] of labels.entries()) {
    counts[label] += 1
    for (let p = 0; p < size; p += 1) means[label * size + p] += images[i * size + p] / 255
  }
  const weight = new Float32Array(size * 10)
  // −|x − m|² is 2 m·x − |m|² for all classes alike; 1000 keeps the neurons from being silent.
  const bias = new Float32Array(10).fill(1000)
  for (let c = 0; c < 10; c += 1)
    for (let p = 0; p < size; p += 1) {
      const mean = means[c * size + p] / (counts[c] || 1)
      weight[p * 10 + c] = mean
      bias[c] -= mean ** 2 / 2
    }
  const identity = Float32Array.from({ length: 100 }, (_, i) => (i % 11 === 0 ? 1 : 0))
  const lists = [weight, bias, identity, new Float32Array(10)]
  return Promise.resolve({ sizes: [size, 10, 10], weights: Float32Array.from(lists.flatMap(list => [...list])) })
}
