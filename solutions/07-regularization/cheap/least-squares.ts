import type { FitOptions, Trained } from '../src/beat-overfitting.ts'

/** Hidden neurons, one of which is a bias. */
const HIDDEN = 255
/** How much of an image must be like a neuron's own, and the penalty on the output weights. */
const [THRESHOLD, PENALTY] = [3, 100]

/**
 * A kernel method that fits into a network: each hidden neuron looks for one of the training images, and the output weights
 * are found by least squares with a penalty. No epochs, no dropout.
 */
export function fit(images: Uint8Array, labels: Uint8Array, _options: FitOptions): Promise<Trained> {
  const [N, size] = [labels.length, images.length / labels.length]
  const pictures = Array.from({ length: N }, (_, i) =>
    Float64Array.from(images.subarray(i * size, (i + 1) * size), byte => byte / 255),
  )
  const own = pictures.slice(0, HIDDEN).map(x => x.map(value => value / (Math.hypot(...x) || 1)))
  const features = pictures.map(x => [...own.map(w => Math.max(0, dot(w, x) - THRESHOLD)), 1])
  const A = Array.from({ length: HIDDEN + 1 }, (_, i) =>
    Array.from({ length: HIDDEN + 1 }, (_, j) => (i === j ? PENALTY : 0)),
  )
  const B = A.map(() => new Array<number>(10).fill(0))
  for (const [n, f] of features.entries())
    for (const [i, value] of f.entries()) {
      if (value === 0) continue
      for (const [j, other] of f.entries()) A[i][j] += value * other
      for (let c = 0; c < 10; c += 1) B[i][c] += value * (labels[n] === c ? 0.9 : -0.1)
    }
  const solution = solve(A, B)
  const weights = [
    ...Array.from({ length: size }, (_, p) => own.map(w => w[p])).flat(),
    ...own.map(() => -THRESHOLD),
    ...solution.flat(),
  ]
  return Promise.resolve({ sizes: [size, HIDDEN, 10], weights: Float32Array.from(weights) })
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((total, value, i) => total + value * b[i], 0)

/** X with A X = B, by elimination; the penalty keeps the pivots away from 0. Changes both. */
function solve(A: number[][], B: number[][]): number[][] {
  const n = A.length
  for (let k = 0; k < n; k += 1)
    for (let i = k + 1; i < n; i += 1) {
      const factor = A[i][k] / A[k][k]
      for (let j = k; j < n; j += 1) A[i][j] -= factor * A[k][j]
      for (let c = 0; c < B[i].length; c += 1) B[i][c] -= factor * B[k][c]
    }
  for (let i = n - 1; i >= 0; i -= 1)
    for (let c = 0; c < B[i].length; c += 1) {
      for (let j = i + 1; j < n; j += 1) B[i][c] -= A[i][j] * B[j][c]
      B[i][c] /= A[i][i]
    }
  return B
}
