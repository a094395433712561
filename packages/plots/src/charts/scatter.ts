import type { Axis, Chart, Mark, Point, Slot, XYChart } from '../chart.ts'
import {
  axisOptions,
  fail,
  type PlaneAxisOptions,
  points,
  type Rows,
  sameLength,
  slot,
  type Vector,
  vector,
} from '../check.ts'
import { counted, inWords, listed } from '../numbers.ts'
import { fitted } from '../scale.ts'

/** What `scatter` draws. */
export interface ScatterOptions {
  readonly title?: string
  readonly description?: string
  /** `[[x, y], …]`, or `{ data, shape: [N, 2] }`. */
  readonly points: Rows
  /** The class of each point, any numbers, at most 6 different ones. `[N]` */
  readonly labels?: Vector
  /** The names of classes: `{ 1: 'inside', [-1]: 'outside' }`; `class 1` unless given. */
  readonly names?: Readonly<Record<number, string>>
  readonly x?: PlaneAxisOptions
  readonly y?: PlaneAxisOptions
}

/** The points of one class. */
export interface Group {
  readonly label: number | null
  readonly name: string
  readonly slot: Slot
  readonly points: readonly Point[]
}

/**
 * Points in the plane; each class has a colour and a shape. The smallest class number comes first.
 *
 * @throws RangeError if a coordinate is not finite, lengths differ, or there are too many classes
 * @example scatter({ points: set.points, labels: set.labels, x: 'x₁', y: 'x₂' })
 */
export function scatter(options: ScatterOptions): Chart {
  return scatterOf('scatter', options, groupsOf('scatter', options))
}

/** The points by class, the smallest class first. Throws `RangeError` as `scatter` does. */
export function groupsOf(where: string, { points: given, labels, names = {} }: ScatterOptions): Group[] {
  const all = points(where, 'point', given)
  if (all.length === 0) fail(where, 'there are no points, expected at least one')
  if (!labels) return [{ label: null, name: 'points', slot: 0, points: all }]
  sameLength(where, 'points', all.length, 'labels', labels.length)
  const found = vector(where, 'the label', labels)
  const classes = [...new Set(found)].sort((a, b) => a - b)
  const plus = classes.some(label => label < 0) ? '+' : ''
  return classes.map((label, n) => ({
    label,
    name: names[label] ?? `class ${label > 0 ? plus : ''}${inWords(label)}`,
    slot: slot(where, 'classes', n),
    points: all.filter((_, i) => found[i] === label),
  }))
}

/** The chart of points that are grouped already. */
export function scatterOf(where: string, options: ScatterOptions, groups: readonly Group[]): XYChart {
  const { x, y } = planeAxes(
    where,
    options,
    groups.flatMap(group => group.points),
    0.05,
  )
  const kinds = groups.map(group => `${inWords(group.points.length)} of ${group.name}`)
  const total = groups.reduce((sum, group) => sum + group.points.length, 0)
  const description = `${counted(total, 'point')}${groups.length > 1 ? `, ${listed(kinds)}` : ''}.`
  const marks = groups.map(({ points, slot, name }): Mark => {
    return { kind: 'points', points, slot, size: 'large', ...(groups.length > 1 ? { label: name } : {}) }
  })
  return {
    kind: 'xy',
    plane: true,
    title: options.title ?? '',
    description: options.description ?? description,
    x,
    y,
    marks,
  }
}

/** Two axes of the plane with room around the points, unless their ranges are given. */
export function planeAxes(
  where: string,
  given: { readonly x?: PlaneAxisOptions; readonly y?: PlaneAxisOptions },
  points: readonly Point[],
  margin: number,
): { x: Axis; y: Axis } {
  const [x, y] = (['x', 'y'] as const).map((name, i) => {
    const axis = axisOptions(where, name, given[name])
    return {
      ...axis,
      range: fitted(
        axis,
        points.map(point => point[i]),
        { margin },
      ),
    }
  })
  return { x, y }
}
