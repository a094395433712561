import type { Rng } from '@backprop/core'
import { expect, type Tolerance } from '@backprop/testkit'
import type { Label } from '#lab/perceptron'

/** Numbers from `from` to `to`, `step` apart. */
export const grid = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, k) => from + k * step)

/** A matrix of normal numbers. `[rows, cols]` */
export const normals = (rng: Rng, rows: number, cols: number): number[][] =>
  Array.from({ length: rows }, () => Array.from({ length: cols }, () => rng.normal()))

/** w·x + b */
export function affine(x: readonly number[], w: readonly number[], b: number): number {
  let sum = b
  for (let j = 0; j < w.length; j += 1) sum += w[j] * x[j]
  return sum
}

/** Examples that a line separates, with some room on both sides. */
export function separable(rng: Rng, rows: number, cols: number): { X: number[][]; y: Label[] } {
  const w = Array.from({ length: cols }, (_, j) => (j % 2 === 0 ? 1 : -1) * (0.5 + rng.uniform()))
  const b = rng.uniform() - 0.5
  const X: number[][] = []
  while (X.length < rows) {
    const [x] = normals(rng, 1, cols)
    if (Math.abs(affine(x, w, b)) > 0.3) X.push(x)
  }
  return { X, y: X.map(x => (affine(x, w, b) > 0 ? 1 : -1)) }
}

/** Labels by coin toss, with both classes present. */
export const coins = (rng: Rng, count: number): Label[] =>
  Array.from({ length: count }, (_, i) => (i === 0 ? 1 : i === 1 ? -1 : rng.uniform() < 0.5 ? 1 : -1))

export interface Fit {
  w: number[]
  b: number
}

/** The perceptron rule. The bias is the weight of an extra column of ones. */
export function perceptron(X: number[][], y: Label[], maxEpochs: number): Fit & { mistakes: number[] } {
  const rows = X.map(x => [...x, 1])
  let weights = rows[0].map(() => 0)
  const mistakes: number[] = []
  while (mistakes.length < maxEpochs) {
    let count = 0
    rows.forEach((row, i) => {
      if (affine(row, weights, 0) >= 0 !== y[i] > 0) {
        count += 1
        weights = weights.map((weight, j) => weight + y[i] * row[j])
      }
    })
    mistakes.push(count)
    if (count === 0) break
  }
  return { w: weights.slice(0, -1), b: weights[weights.length - 1], mistakes }
}

/** log(1 + e^z) for any z. */
const softplus = (z: number): number => (z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)))

/** The mean logistic loss. */
export const lossOf = (X: number[][], y: Label[], w: number[], b: number): number =>
  X.reduce((sum, x, i) => sum + softplus(-y[i] * affine(x, w, b)), 0) / X.length

/** The derivatives of the mean logistic loss, column by column, with slopes −y/(1 + eᵐ) = y (tanh(m/2) − 1) / 2. */
export function gradientOf(X: number[][], y: Label[], w: number[], b: number): { dw: number[]; db: number } {
  const slopes = X.map((x, i) => (y[i] * (Math.tanh((y[i] * affine(x, w, b)) / 2) - 1)) / 2)
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / X.length
  return { dw: w.map((_, j) => mean(X.map((x, i) => slopes[i] * x[j]))), db: mean(slopes) }
}

/**
 * Logistic regression by full-batch gradient descent, column by column. Plain loops, because the tests of a class run this
 * with 320,000 scores per submission.
 */
export function logistic(X: number[][], y: Label[], learningRate: number, epochs: number): Fit & { losses: number[] } {
  const rows = X.length
  const w = X[0].map(() => 0)
  let b = 0
  const losses: number[] = []
  const slopes = y.map(() => 0)
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    let [loss, slope] = [0, 0]
    for (let i = 0; i < rows; i += 1) {
      const margin = y[i] * affine(X[i], w, b)
      slopes[i] = -y[i] / (1 + Math.exp(margin))
      loss += softplus(-margin)
      slope += slopes[i]
    }
    losses.push(loss / rows)
    for (let j = 0; j < w.length; j += 1) {
      let sum = 0
      for (let i = 0; i < rows; i += 1) sum += slopes[i] * X[i][j]
      w[j] -= learningRate * (sum / rows)
    }
    b -= learningRate * (slope / rows)
  }
  return { w, b, losses }
}

/** The result as an object with fields; whatever the types say, a student's function may return anything. */
export function fields<T extends object>(result: T): { [K in keyof T]: unknown } {
  expect(typeof result === 'object' && result !== null, 'an object with the documented fields').toBe(true)
  return result
}

/** Fine enough to notice a branch that drops e⁻¹⁵, and coarse enough to ignore rounding. */
export const NINE_DIGITS: Tolerance = { relative: 1e-9, absolute: 1e-12 }

const SIX_DIGITS: Tolerance = { relative: 1e-6, absolute: 1e-6 }

/** Asserts that the result is a list of numbers near the expected ones. */
export function expectNumbers(actual: unknown, expected: number[], why: string, near = SIX_DIGITS): void {
  expect(Array.isArray(actual) && actual.every(value => typeof value === 'number'), `${why}: a list of numbers`).toBe(
    true,
  )
  expect(actual, why).toBeNear(expected, near)
}

/** Asserts that the result is a number near the expected one. */
export function expectNumber(actual: unknown, expected: number, why: string, near = SIX_DIGITS): void {
  expect(typeof actual, `${why}: a number`).toBe('number')
  expect(actual, why).toBeNear(expected, near)
}
