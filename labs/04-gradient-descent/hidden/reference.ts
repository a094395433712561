/**
 * Reference answers, computed differently from a student's: momentum as Polyak wrote it, from the last two positions;
 * RMSProp and Adam as weighted means over all gradients so far; the network's gradient in forward mode, by dual
 * numbers.
 */
import type { Rng } from '@backprop/core'
import type { Network } from '#lab/network'

/** A matrix of normal numbers. `[rows, cols]` */
export const normals = (rng: Rng, rows: number, cols: number): number[][] =>
  Array.from({ length: rows }, () => list(cols, () => rng.normal()))

export const list = (length: number, value: (i: number) => number): number[] =>
  Array.from({ length }, (_, i) => value(i))

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The weights that an optimizer reaches with these gradients, including the start. `[steps + 1, D]` */
export type Places = (start: number[], gradients: number[][]) => number[][]

/** wₜ₊₁ = wₜ − η gₜ + μ (wₜ − wₜ₋₁) */
export const heavyBall =
  (learningRate: number, mu: number): Places =>
  (start, gradients) => {
    const places = [start, start]
    for (const g of gradients) {
      const [before, now] = places.slice(-2)
      places.push(now.map((weight, j) => weight - learningRate * g[j] + mu * (weight - before[j])))
    }
    return places.slice(1)
  }

/** Σ decayᵗ⁻ⁱ valueᵢ over the steps so far: the newest counts 1, the one before `decay`, and so on. */
const fading = (values: readonly number[], decay: number): number =>
  sum(values.map((value, i) => value * decay ** (values.length - 1 - i)))

/** Steps that depend, for each weight, on the gradients of that weight so far. */
const fromHistory =
  (length: (history: number[]) => number): Places =>
  (start, gradients) => {
    const places = [start]
    for (const t of gradients.keys()) {
      const history = (j: number) => gradients.slice(0, t + 1).map(g => g[j])
      places.push(places[t].map((weight, j) => weight - length(history(j))))
    }
    return places
  }

export const rmspropPlaces = (learningRate: number, decay: number, epsilon: number): Places =>
  fromHistory(history => {
    const squares = history.map(g => g * g)
    const root = Math.sqrt((1 - decay) * fading(squares, decay))
    return (learningRate * history[history.length - 1]) / (root + epsilon)
  })

/** The bias corrections make the two means weighted means: the weights of all gradients so far add up to 1. */
export const adamPlaces = (learningRate: number, beta1: number, beta2: number, epsilon: number): Places =>
  fromHistory(history => {
    const weighted = (values: number[], beta: number) => {
      const ones = values.map(() => 1)
      return fading(values, beta) / fading(ones, beta)
    }
    const squares = history.map(g => g * g)
    return (learningRate * weighted(history, beta1)) / (Math.sqrt(weighted(squares, beta2)) + epsilon)
  })

/** SGD on ½ (w·x − y)², column by column. */
export function sgdPlaces(X: number[][], y: number[], start: number[], batches: number[][], learningRate: number) {
  let w = start
  const losses: number[] = []
  for (const batch of batches) {
    const errors = batch.map(i => sum(X[i].map((value, j) => value * w[j])) - y[i])
    losses.push(sum(errors.map(error => error * error)) / (2 * batch.length))
    w = w.map((weight, j) => weight - (learningRate / batch.length) * sum(batch.map((i, k) => errors[k] * X[i][j])))
  }
  return { w, losses }
}

/** A bowl with these curvatures in rotated directions: A = Q diag(curvatures) Q, where Q is a reflection. */
export function turned(curvatures: number[], rng: Rng): { A: number[][]; Q: number[][] } {
  const normal = curvatures.map(() => 0.5 + rng.uniform())
  const square = sum(normal.map(n => n * n))
  const Q = normal.map((a, i) => normal.map((b, j) => (i === j ? 1 : 0) - (2 * a * b) / square))
  const A = Q.map(row => Q.map(other => sum(curvatures.map((curvature, k) => row[k] * curvature * other[k]))))
  return { A, Q }
}

export const diagonal = (curvatures: number[]): number[][] =>
  curvatures.map((curvature, i) => curvatures.map((_, j) => (i === j ? curvature : 0)))

/** A network with normal weights. */
export function randomNetwork(rng: Rng, inputs: number, hidden: number): Network {
  const [b1, w2] = normals(rng, 2, hidden)
  return { W1: normals(rng, inputs, hidden), b1, w2, b2: rng.normal() }
}

export const networkAnswer = ({ W1, b1, w2, b2 }: Network, x: number[]): number =>
  b2 + sum(w2.map((weight, j) => weight * Math.tanh(b1[j] + sum(x.map((value, i) => value * W1[i][j])))))

/** A number and its rate of change. */
type Dual = readonly [value: number, slope: number]
const plus = (a: Dual, b: Dual): Dual => [a[0] + b[0], a[1] + b[1]]
const times = (a: Dual, b: Dual): Dual => [a[0] * b[0], a[0] * b[1] + a[1] * b[0]]
const tanh = ([a, slope]: Dual): Dual => [Math.tanh(a), slope / Math.cosh(a) ** 2]

/** The mean of ½ (ŷ − y)², and how fast it grows when the network moves in a direction. */
function dualLoss(network: Network, direction: Network, X: number[][], y: number[]): Dual {
  const b1 = network.b1.map((value, j): Dual => [value, direction.b1[j]])
  const w2 = network.w2.map((value, j): Dual => [value, direction.w2[j]])
  const W1 = network.W1.map((row, i) => row.map((value, j): Dual => [value, direction.W1[i][j]]))
  const examples = X.map((x, n): Dual => {
    let answer: Dual = [network.b2, direction.b2]
    for (const j of w2.keys()) {
      const a = x.reduce((so, value, i) => plus(so, times([value, 0], W1[i][j])), b1[j])
      answer = plus(answer, times(tanh(a), w2[j]))
    }
    const error = plus(answer, [-y[n], 0])
    return times([0.5 / X.length, 0], times(error, error))
  })
  return examples.reduce(plus)
}

const still = ({ W1, b1, w2 }: Network): Network => ({
  W1: W1.map(row => row.map(() => 0)),
  b1: b1.map(() => 0),
  w2: w2.map(() => 0),
  b2: 0,
})

export const networkLoss = (network: Network, X: number[][], y: number[]): number =>
  dualLoss(network, still(network), X, y)[0]

/** ∂J for each weight: the rate at which the loss grows when only that weight moves. */
export function networkGradient(network: Network, X: number[][], y: number[]): Network {
  const slope = (move: (direction: Network) => void) => {
    const direction = still(network)
    move(direction)
    return dualLoss(network, direction, X, y)[1]
  }
  return {
    W1: network.W1.map((row, i) => row.map((_, j) => slope(d => (d.W1[i][j] = 1)))),
    b1: network.b1.map((_, j) => slope(d => (d.b1[j] = 1))),
    w2: network.w2.map((_, j) => slope(d => (d.w2[j] = 1))),
    b2: slope(d => (d.b2 = 1)),
  }
}

/** Compares every pair of hidden neurons, number by number. */
export function spread({ W1, b1, w2 }: Network): number {
  const numbers = (j: number) => [...W1.map(row => row[j]), b1[j], w2[j]]
  const pairs = b1.flatMap((_, j) => b1.slice(0, j).map((_, k) => [numbers(j), numbers(k)]))
  return pairs.reduce((most, [a, b]) => Math.max(most, ...a.map((value, i) => Math.abs(value - b[i]))), 0)
}

export const stepped = (network: Network, gradient: Network, learningRate: number): Network => {
  const move = (weights: number[], slopes: number[]) => weights.map((weight, i) => weight - learningRate * slopes[i])
  return {
    W1: network.W1.map((row, i) => move(row, gradient.W1[i])),
    b1: move(network.b1, gradient.b1),
    w2: move(network.w2, gradient.w2),
    b2: network.b2 - learningRate * gradient.b2,
  }
}
