import type { Rng } from '@backprop/core'
import { expect } from '@backprop/testkit'
import type { Reduction } from '#lab/losses'

export const list = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))

/** Normal numbers, times `scale`. `[count]` */
export const normals = (rng: Rng, count: number, scale = 1): number[] => list(count, () => scale * rng.normal())

/** Numbers from `from` to `to`, `step` apart. */
export const grid = (from: number, to: number, step: number): number[] =>
  list(Math.round((to - from) / step) + 1, k => from + k * step)

/** Errors of every size, so that a smoothed corner, a dead zone or a limit falls between two of them. */
export const ERRORS: readonly number[] = [
  ...[1e-12, 1e-9, 1e-6, 1e-4, 1e-3, 0.01, 0.03, 0.05, 0.09, 0.2, 0.5, 0.9, 1.1, 2, 9, 90, 1500, 1e5, 1e9].flatMap(
    e => [-e, e],
  ),
  0,
]

/** Predicted probabilities of the right class, from very unlikely to almost certain. */
export const LIKELY: readonly number[] = [0.999, 0.9, ...list(15, k => 10 ** -(k + 1))]

/** The same probability, of class 1 and of class 0. */
export const bothClasses = (likely: number): [p: number, label: number][] => [
  [likely, 1],
  [1 - likely, 0],
]

/** A copy of the list with one element replaced. */
export const withOne = <T>(values: readonly T[], place: number, value: T): T[] =>
  values.map((other, i) => (i === place ? value : other))

/** Classes from 0 to K − 1. `[count]` */
export const classes = (rng: Rng, count: number, K: number): number[] => list(count, () => rng.integer(K))

/** Labels 0 and 1; both occur, unless there is only one. `[count]` */
export const binary = (rng: Rng, count: number): number[] =>
  list(count, i => (i < 2 ? i : rng.integer(2))).map(label => (count === 1 ? rng.integer(2) : label))

/** Probabilities well inside (0, 1). `[count]` */
export const probabilities = (rng: Rng, count: number): number[] => list(count, () => 0.05 + 0.9 * rng.uniform())

/** The mean or the sum, added up from the other end. */
export function reduced(losses: readonly number[], reduction: Reduction = 'mean'): number {
  const total = losses.reduceRight((sum, loss) => sum + loss, 0)
  return reduction === 'mean' ? total / losses.length : total
}

/** log(1 + e^t) for any t, even when it is tiny. */
const softplus = (t: number): number => (t > 0 ? t + Math.log1p(Math.exp(-t)) : Math.log1p(Math.exp(t)))

/** The loss of a single example, computed differently from the solution. */
export const loss = {
  mse: (prediction: number, target: number): number => (target - prediction) * (target - prediction),
  mae: (prediction: number, target: number): number => Math.max(prediction - target, target - prediction),
  bce: (p: number, label: number): number => -(label * Math.log(p) + (1 - label) * Math.log1p(-p)),
  // y = 1 costs log(1 + e^(−z)), y = 0 costs log(1 + e^z).
  bceWithLogits: (z: number, label: number): number => softplus((1 - 2 * label) * z),
  // log(1 + Σ e^(z_k − z_y)) over the other classes k, one after another: log(e^a + e^b) = a + log(1 + e^(b − a)).
  crossEntropy: (z: readonly number[], label: number): number =>
    z.filter((_, k) => k !== label).reduce((sum, other) => logOfSum(sum, other - z[label]), 0),
}

const logOfSum = (a: number, b: number): number => (a > b ? a + softplus(b - a) : b + softplus(a - b))

/** How fast `f` changes with each number of `at`, by central differences. `[N]` */
export function slopes(f: (x: number[]) => number, at: readonly number[]): number[] {
  const h = 1e-5
  const moved = (index: number, by: number) => f(at.map((value, i) => (i === index ? value + by : value)))
  return at.map((_, i) => (moved(i, h) - moved(i, -h)) / (2 * h))
}

/** Central differences are off by about 1e-10 here: truncation h²·f‴/6, and rounding ε·f/h. */
export const DIFFERENCES = { relative: 1e-6, absolute: 1e-8 }

/** No absolute part, so that a loss of 1e-13 must be right to six digits too. */
export const SIX_DIGITS = { relative: 1e-6, absolute: 0 }

/** Fine enough to notice a branch that drops e⁻¹⁵; all stable ways to compute log(1 + e⁻ᵐ) agree to 1e-15. */
export const NINE_DIGITS = { relative: 1e-9, absolute: 0 }

/** Asserts that the result is a number near the expected one. */
export function expectNumber(actual: unknown, expected: number, why: string, tolerance = {}): void {
  expect(typeof actual, `${why}: a number`).toBe('number')
  expect(actual, why).toBeNear(expected, tolerance)
}
