import type { Rng } from '@backprop/core/random'
import { toy, type ToyName } from '@backprop/datasets'
import type { Setup, ValueSet } from '../setup/setup.ts'
import { parseFormula } from './formula.ts'
import { streamOf } from './streams.ts'

/** Points in the plane with their targets: −1 or +1, a class 0, 1, …, or a number. */
export interface Points {
  /** x₁, x₂ of each point. `[N, 2]` */
  readonly at: Float64Array
  /** `[N]` */
  readonly target: Float64Array
}

/** The points to train on, and those that only test. */
export interface Split {
  readonly train: Points
  readonly test: Points
}

/** The points lie within ±RADIUS in both directions, apart from a few far ones. */
export const RADIUS = 6

const COUNT = { classification: 500, regression: 1200 } as const

/** One point: x₁, x₂ and its target. */
type Row = readonly [x: number, y: number, target: number]

/** The points of a set-up, shuffled and split. `own` are the points that were painted or read from a file. */
export function makePoints(setup: Setup, own?: Points): Split {
  const rows = rowsOf(setup, own)
  const order = streamOf(setup.seed, 'split').permutation(rows.length)
  const trained = Math.round((rows.length * setup.trainShare) / 100)
  const part = (indices: Uint32Array): Points => ({
    at: Float64Array.from([...indices].flatMap(i => rows[i].slice(0, 2))),
    target: Float64Array.from(indices, i => rows[i][2]),
  })
  return { train: part(order.subarray(0, trained)), test: part(order.subarray(trained)) }
}

function rowsOf(setup: Setup, own?: Points): Row[] {
  const rng = streamOf(setup.seed, 'points')
  const noise = setup.noise / 100
  if (setup.problem === 'regression') return valueRows(setup.regDataset, noise, rng)
  switch (setup.dataset) {
    case 'painted':
    case 'file':
      return own ? Array.from(own.target, (target, i) => [own.at[2 * i], own.at[2 * i + 1], target] as const) : []
    case 'classes':
      return armRows(setup.classes, noise, rng)
    case 'formula':
      return formulaRows(setup.formula, noise, rng)
    case 'circle':
    case 'xor':
    case 'gauss':
    case 'spiral':
      return toyRows(setup.dataset, noise, rng)
  }
}

function toyRows(name: ToyName, noise: number, rng: Rng): Row[] {
  const { points, labels } = toy(name, { count: COUNT.classification, noise, rng })
  return points.map(([x, y], i) => [x, y, labels[i]])
}

const within = (radius: number, rng: Rng) => radius * (2 * rng.uniform() - 1)

/** Points anywhere in the square; the value of a point is taken up to `noise · RADIUS` beside it. */
function squareRows(count: number, noise: number, rng: Rng, value: (x: number, y: number) => number): Row[] {
  return Array.from({ length: count }, (): Row => {
    const [x, y] = [within(RADIUS, rng), within(RADIUS, rng)]
    return [x, y, value(x + noise * within(RADIUS, rng), y + noise * within(RADIUS, rng))]
  })
}

/** The two regression sets of TensorFlow Playground: a tilted plane, and six hills and hollows. */
function valueRows(name: ValueSet, noise: number, rng: Rng): Row[] {
  const value = name === 'reg-plane' ? (x: number, y: number) => (x + y) / 10 : hills
  return squareRows(COUNT.regression, noise, rng, value)
}

const HILLS = [
  [-4, 2.5, 1],
  [0, 2.5, -1],
  [4, 2.5, 1],
  [-4, -2.5, -1],
  [0, -2.5, 1],
  [4, -2.5, -1],
] as const

/** Cones of height ±1 and radius 2; the hills are far enough apart that at most one counts at any point. */
function hills(x: number, y: number): number {
  let value = 0
  for (const [cx, cy, sign] of HILLS) {
    const height = sign * Math.max(0, 1 - Math.hypot(x - cx, y - cy) / 2)
    if (Math.abs(height) > Math.abs(value)) value = height
  }
  return value
}

/** +1 above the curve x₂ = f(x₁), −1 below it. A formula that can't be read gives no points: the page says why. */
function formulaRows(formula: string, noise: number, rng: Rng): Row[] {
  const read = parseFormula(formula)
  if ('error' in read) return []
  return squareRows(COUNT.classification, noise, rng, (x, y) => (y >= read.f(x) ? 1 : -1))
}

/** 2 to 5 spiral arms that make three quarters of a turn, one for each class 0, 1, … */
function armRows(classes: number, noise: number, rng: Rng): Row[] {
  const each = COUNT.classification / classes
  return Array.from({ length: COUNT.classification }, (_, k): Row => {
    const label = Math.min(Math.floor(k / each), classes - 1)
    const way = (k - label * each) / each
    const radius = 0.5 + 4.5 * way
    const angle = 2 * Math.PI * (0.75 * way + label / classes)
    return [
      radius * Math.sin(angle) + within(0.3, rng) + 2 * noise * within(1, rng),
      radius * Math.cos(angle) + within(0.3, rng) + 2 * noise * within(1, rng),
      label,
    ]
  })
}
