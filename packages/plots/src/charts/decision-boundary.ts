import type { Chart, Mark, Point } from '../chart.ts'
import { fail, finite } from '../check.ts'
import { type Field, regionAbove, sample, type Sampled, valueAt } from '../field.ts'
import { inWords } from '../numbers.ts'
import { type Group, groupsOf, planeAxes, scatterOf, type ScatterOptions } from './scatter.ts'

/** What `decisionBoundary` draws. */
export interface DecisionBoundaryOptions extends ScatterOptions {
  /** Two different numbers; a high score means the higher one. */
  readonly labels: NonNullable<ScatterOptions['labels']>
  /** A function of x and y, or its values on a `grid`, which a model computes in one batch. */
  readonly score: Field
  /** The score where the answer changes; 0 unless given, 0.5 suits probabilities. */
  readonly level?: number
  /** More values of the score to draw as thin lines, such as the margins −1 and 1. */
  readonly levels?: readonly number[]
}

/**
 * The answers of a classifier over the plane, with the points that it should separate. The side of a high score is
 * dotted.
 *
 * @throws RangeError if there are not two classes, a number is not finite, or lengths differ
 * @example decisionBoundary({ points, labels, score: (x1, x2) => w[0] * x1 + w[1] * x2 + b })
 */
export function decisionBoundary(options: DecisionBoundaryOptions): Chart {
  const where = 'decisionBoundary'
  const { level = 0, levels = [] } = options
  finite(where, `level is ${level}`, level)
  const groups = groupsOf(where, options)
  if (groups.length !== 2) {
    const fact = `there ${groups.length === 1 ? 'is one class' : `are ${groups.length} classes`} of points`
    fail(where, `${fact}, but a boundary has two sides`, 'give labels of two classes, such as −1 and 1')
  }
  const axes = planeAxes(
    where,
    options,
    groups.flatMap(group => group.points),
    0.08,
  )
  const field = sample(where, 'score', options.score, { x: axes.x.range, y: axes.y.range })
  const { x, y } = field.grid
  const base = scatterOf(where, { ...options, x: { ...axes.x, range: x }, y: { ...axes.y, range: y } }, groups)
  const description = options.description ?? `${base.description} ${verdict(groups, field, level)}`
  return { ...base, description, marks: [...sides(groups, field, level, levels), ...base.marks] }
}

function sides([low, high]: readonly Group[], field: Sampled, level: number, levels: readonly number[]): Mark[] {
  const { x, y } = field.grid
  const everywhere: Point[] = [
    [x[0], y[0]],
    [x[1], y[0]],
    [x[1], y[1]],
    [x[0], y[1]],
  ]
  const rings = regionAbove(field, level)
  return [
    { kind: 'region', look: 'plain', rings: [everywhere, ...rings], slot: low.slot, label: low.name },
    { kind: 'region', look: 'dotted', rings, slot: high.slot, label: high.name },
    ...levels.map((value): Mark => ({ kind: 'lines', look: 'contour', lines: regionAbove(field, value), slot: 0 })),
    { kind: 'lines', look: 'boundary', lines: rings, slot: 0 },
  ]
}

/** The number of points on the right side of the drawn line. */
function verdict([low, high]: readonly Group[], field: Sampled, level: number): string {
  const says = (point: Point) => valueAt(field, point) >= level
  const right = low.points.filter(point => !says(point)).length + high.points.filter(says).length
  const all = low.points.length + high.points.length
  return `${right === all ? 'All' : `${inWords(right)} of ${inWords(all)}`} lie on the side that says their class.`
}
