import type { Rng } from '@backprop/core/random'

/**
 * Four sets of points in the plane, each point of class −1 or +1, after TensorFlow Playground:
 * https://github.com/tensorflow/playground/blob/master/src/dataset.ts (Copyright 2016 Google Inc., Apache License 2.0).
 * Without noise all points lie within [−6, 6]², apart from a few far ones in the tails of `gauss`.
 */
export type ToyName = 'gauss' | 'circle' | 'xor' | 'spiral'

/** How many points to draw, and how clean. */
export interface ToyOptions {
  /** The number of points, half of them for each class (about half for `xor`). If odd, +1 gets one more. */
  count: number
  /** From 0 (clean) to 0.5 (the maximum of the playground). */
  noise: number
  rng: Rng
}

/** Points with their classes. */
export interface ToySet {
  /** The coordinates x₁, x₂. `[N, 2]` */
  points: [number, number][]
  /** The class of each point. `[N]` */
  labels: (-1 | 1)[]
}

type Point = [number, number]

/** Makes the i-th of n points of a class. The returned class may differ: noise moves points across the border. */
type Generator = (label: -1 | 1, i: number, n: number, noise: number, rng: Rng) => [Point, -1 | 1]

const between = (low: number, high: number, rng: Rng) => low + (high - low) * rng.uniform()

const around = (angle: number, radius: number): Point => [radius * Math.sin(angle), radius * Math.cos(angle)]

/** The point that decides the label: up to `noise · radius` away. The point itself stays in its place. */
const jitter = ([x, y]: Point, noise: number, radius: number, rng: Rng): Point => [
  x + noise * between(-radius, radius, rng),
  y + noise * between(-radius, radius, rng),
]

const generators: Record<ToyName, Generator> = {
  /** Two round clouds, around (2, 2) and (−2, −2). The variance grows from 0.5 without noise to 4 at noise 0.5. */
  gauss(label, _i, _n, noise, rng) {
    const deviation = Math.sqrt(0.5 + 7 * noise)
    return [[2 * label + deviation * rng.normal(), 2 * label + deviation * rng.normal()], label]
  },
  /** A disc of class +1 with a ring of class −1 around it. */
  circle(label, _i, _n, noise, rng) {
    const radius = label === 1 ? between(0, 2.5, rng) : between(3.5, 5, rng)
    const point = around(between(0, 2 * Math.PI, rng), radius)
    return [point, Math.hypot(...jitter(point, noise, 5, rng)) < 2.5 ? 1 : -1]
  },
  /** The sign of x₁·x₂, with a gap of 0.3 on both sides of each axis. */
  xor(_label, _i, _n, noise, rng) {
    const coordinate = () => {
      const value = between(-5, 5, rng)
      return value + (value > 0 ? 0.3 : -0.3)
    }
    const point: Point = [coordinate(), coordinate()]
    const [x, y] = jitter(point, noise, 5, rng)
    return [point, x * y >= 0 ? 1 : -1]
  },
  /** Two arms that turn 1¾ times around each other. Here noise moves the points themselves. */
  spiral(label, i, n, noise, rng) {
    const turn = 1.75 * 2 * Math.PI * (i / n) + (label === 1 ? 0 : Math.PI)
    return [jitter(around(turn, 5 * (i / n)), noise, 1, rng), label]
  },
}

/** The names of all toy sets. */
export const toyNames = Object.keys(generators) as ToyName[]

/**
 * Makes one of the toy sets. Points of class +1 come first, then those of class −1 (in `xor` they are mixed).
 *
 * @throws RangeError if there is no such set, or count or noise is out of range
 * @example toy('circle', { count: 200, noise: 0.1, rng: rng(1) })
 */
export function toy(name: ToyName, options: ToyOptions): ToySet {
  const { count, noise, rng } = options
  if (!Object.hasOwn(generators, name))
    throw new RangeError(`toy: there is no set called ${JSON.stringify(name)}; choose one of ${toyNames.join(', ')}.`)
  if (!Number.isInteger(count) || count < 0)
    throw new RangeError(`toy: count is ${count}, expected a whole number of at least 0.`)
  if (!(noise >= 0 && noise <= 0.5))
    throw new RangeError(`toy: noise is ${noise}, expected a number from 0 (clean) to 0.5.`)
  const positives = Math.ceil(count / 2)
  const set: ToySet = { points: [], labels: [] }
  for (let k = 0; k < count; k += 1) {
    const [point, label] =
      k < positives
        ? generators[name](1, k, positives, noise, rng)
        : generators[name](-1, k - positives, count - positives, noise, rng)
    set.points.push(point)
    set.labels.push(label)
  }
  return set
}
