import type { Rng } from '@backprop/core'
import type { ActivationName, Layer } from '#lab/network'

/** The functions of the lab, one number at a time, computed with different formulas from those in the README. */

/** Numbers from `from` to `to`, `step` apart. */
export const grid = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, k) => from + k * step)

/** Numbers of both signs, everywhere an approximation could take over: from close to 0 to far beyond. */
export const EVERYWHERE: readonly number[] = [
  ...grid(-40, 40, 0.05),
  ...grid(-1000, 1000, 7.5),
  ...[1e-12, 1e-6, 1e-4, 1e-3, 0.004, 0.0095, 0.02].flatMap(x => [-x, x]),
]

/** The odds e^x over 1 + the odds, on the side where the odds are small, so that no digits are lost. */
export function sigmoid(x: number): number {
  const odds = Math.exp(-Math.abs(x))
  return x < 0 ? odds / (1 + odds) : 1 - odds / (1 + odds)
}

/** The share of a normal distribution below x: Simpson's rule on its density, from 0. */
export function normalShare(x: number): number {
  const end = Math.min(Math.abs(x), 12)
  const steps = 2000
  let sum = 0
  for (let k = 0; k <= steps; k += 1) {
    const weight = k === 0 || k === steps ? 1 : k % 2 === 1 ? 4 : 2
    sum += weight * density((k * end) / steps)
  }
  const fromZero = (sum * end) / steps / 3
  return x < 0 ? 0.5 - fromZero : 0.5 + fromZero
}

export const density = (x: number): number => Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI)

export const gelu = (x: number): number => x * normalShare(x)

/** Softmax of one line, from the differences of its numbers: 1 / Σₖ e^(zₖ − zᵢ). */
export const softmaxLine = (z: readonly number[]): number[] =>
  z.map(one => 1 / z.reduce((sum, other) => sum + Math.exp(other - one), 0))

/**
 * Applies a function to every line of a flat list along an axis. It visits every index and computes its coordinates, so
 * it needs no strides or offsets.
 */
export function alongAxis(
  flat: readonly number[],
  shape: readonly number[],
  axis: number,
  f: (line: number[], places: number[]) => number[],
): number[] {
  const lines = new Map<string, number[]>()
  for (const place of flat.keys()) {
    const coordinates: number[] = []
    let rest = place
    for (let a = shape.length - 1; a >= 0; a -= 1) {
      coordinates.unshift(rest % shape[a])
      rest = Math.floor(rest / shape[a])
    }
    const key = coordinates.filter((_, a) => a !== axis).join()
    lines.set(key, [...(lines.get(key) ?? []), place])
  }
  const result = flat.map(() => 0)
  for (const places of lines.values())
    for (const [k, value] of f(
      places.map(place => flat[place]),
      places,
    ).entries())
      result[places[k]] = value
  return result
}

export const softmax = (z: readonly number[], shape: readonly number[], axis: number): number[] =>
  alongAxis(z, shape, axis, softmaxLine)

/** dL/dx for L = Σ dyᵢ f(x)ᵢ, by central differences. */
export function numericGradient(f: (x: number[]) => number[], dy: readonly number[], x: readonly number[]): number[] {
  const h = 1e-5
  const loss = (at: number[]) => f(at).reduce((sum, value, i) => sum + dy[i] * value, 0)
  const moved = (j: number, by: number) => x.map((value, i) => (i === j ? value + by : value))
  return x.map((_, j) => (loss(moved(j, h)) - loss(moved(j, -h))) / (2 * h))
}

/** A list of normal numbers. */
export const normals = (rng: Rng, count: number, size = 1): number[] =>
  Array.from({ length: count }, () => size * rng.normal())

/** Layers of these sizes with normal weights and biases. */
export const randomLayers = (rng: Rng, sizes: readonly number[]): Layer[] =>
  sizes.slice(1).map((outSize, l) => ({
    W: Array.from({ length: sizes[l] }, () => normals(rng, outSize, 1 / Math.sqrt(sizes[l]))),
    b: normals(rng, outSize, 0.3),
  }))

/** The output of a stack of layers for one example, with nothing between the layers. */
export const linearOutput = (layers: readonly Layer[], x: readonly number[]): number[] =>
  layers.reduce<readonly number[]>(
    (h, { W, b }) => b.map((bias, j) => h.reduce((s, v, i) => s + v * W[i][j], bias)),
    x,
  ) as number[]

const functions: Record<ActivationName, { f: (x: number) => number; slope: (x: number) => number }> = {
  linear: { f: x => x, slope: () => 1 },
  sigmoid: { f: sigmoid, slope: x => 1 / (2 + 2 * Math.cosh(x)) },
  tanh: { f: Math.tanh, slope: x => 1 / Math.cosh(x) ** 2 },
  relu: { f: x => (x > 0 ? x : 0), slope: x => (x > 0 ? 1 : 0) },
}

/** The norm of each layer's gradient of the mean logistic loss, by back-propagation, neuron by neuron. */
export function layerNorms(
  network: readonly Layer[],
  name: ActivationName,
  points: readonly (readonly number[])[],
  labels: readonly number[],
): number[] {
  const { f, slope } = functions[name]
  const sums = network.map(({ W, b }) => ({ W: W.map(row => row.map(() => 0)), b: b.map(() => 0) }))
  for (const [n, x] of points.entries()) {
    const inputs: (readonly number[])[] = []
    const scores: (readonly number[])[] = []
    let h: readonly number[] = x
    for (const layer of network) {
      inputs.push(h)
      scores.push(linearOutput([layer], h))
      h = scores[scores.length - 1].map(f)
    }
    const [score] = scores[scores.length - 1]
    let delta = [-labels[n] / (1 + Math.exp(labels[n] * score)) / points.length]
    for (let l = network.length - 1; l >= 0; l -= 1) {
      for (const [j, d] of delta.entries()) {
        sums[l].b[j] += d
        for (const [i, value] of inputs[l].entries()) sums[l].W[i][j] += d * value
      }
      if (l > 0)
        delta = scores[l - 1].map((a, i) => slope(a) * delta.reduce((sum, d, j) => sum + d * network[l].W[i][j], 0))
    }
  }
  return sums.map(({ W, b }) => Math.sqrt([...W.flat(), ...b].reduce((sum, g) => sum + g * g, 0)))
}
