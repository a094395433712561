import type { Axis, Chart, Mark, Point, Slot } from '../chart.ts'
import { type AxisOptions, axisOptions, fail, sameLength, slot, type Vector, vector } from '../check.ts'
import { alike, inWords } from '../numbers.ts'
import { fitted } from '../scale.ts'

/** What `bars` draws. */
export interface BarsOptions {
  readonly title?: string
  readonly description?: string
  /** The names of the values, from top to bottom, such as layers or classes. */
  readonly names: readonly string[]
  /** One value for each name; several series form groups. */
  readonly series: Readonly<Record<string, Vector>>
  /** What the length of a bar means: `'accuracy'`, or `{ label: 'norm of the gradient', scale: 'log' }`. */
  readonly x?: AxisOptions
}

/** The share of its row that a group of bars fills. */
const FILLED = 0.72

/**
 * One value for each name, as horizontal bars; on a log axis, where a length from zero has no meaning, as points.
 *
 * @throws RangeError if a number is not finite, lengths differ, or a value on a log axis is not above 0
 * @example bars({ names: ['layer 1', 'layer 2'], series: { sigmoid: [1e-6, 1e-3] }, x: { label: '|gradient|', scale:
 *   'log' } })
 */
export function bars(options: BarsOptions): Chart {
  const where = 'bars'
  const { names } = options
  const x = axisOptions(where, 'x', options.x)
  const series = Object.entries(options.series).map(([name, given], n): Group => {
    const values = vector(where, `"${name}"`, given, x.scale)
    sameLength(where, 'names', names.length, `values of "${name}"`, values.length)
    return { name, values, slot: slot(where, 'series', n) }
  })
  if (series.length === 0) fail(where, 'there is no series', 'give at least one: series: { accuracy: [0.9, 0.8] }')
  const all = series.flatMap(each => each.values)
  const range = x.scale === 'log' ? fitted(x, all) : fitted(x, [0, ...all], { nice: true })
  const y: Axis = { label: '', scale: 'category', range: [-0.5, names.length - 0.5], names }
  return {
    kind: 'xy',
    plane: false,
    title: options.title ?? '',
    description: options.description ?? summary(names, series, x.label),
    x: { ...x, range },
    y,
    marks: x.scale === 'log' ? series.map(each => dots(each, series.length)) : lying(series),
  }
}

interface Group {
  readonly name: string
  readonly values: readonly number[]
  readonly slot: Slot
}

const dots = ({ name, values, slot }: Group, count: number): Mark => ({
  kind: 'points',
  points: values.map((value, row): Point => [value, row]),
  slot,
  size: 'large',
  ...(count > 1 ? { label: name } : {}),
})

/** The bars of each series, then all values as numbers at their ends. */
function lying(series: readonly Group[]): Mark[] {
  const thickness = FILLED / series.length
  const top = (row: number, n: number) => row - FILLED / 2 + n * thickness
  const rects = series.map(({ name, values, slot }, n): Mark => ({
    kind: 'rects',
    grow: 'right',
    slot,
    rects: values.map((value, row): [Point, Point] => [
      [0, top(row, n)],
      [value, top(row, n) + thickness],
    ]),
    ...(series.length > 1 ? { label: name } : {}),
  }))
  const figures = alike(series.flatMap(({ values }) => values))
  const texts = series.flatMap(({ values }, n) =>
    values.map((value, row) => {
      const at: Point = [Math.max(0, value), top(row, n) + thickness / 2]
      return { at, text: figures[n * values.length + row] }
    }),
  )
  return [...rects, { kind: 'texts', place: 'right', texts }]
}

function summary(names: readonly string[], series: readonly Group[], label: string): string {
  const parts = series.map(({ name, values }) => {
    const [low, high] = [Math.min(...values), Math.max(...values)]
    if (low === high) return `${name} is ${inWords(low)} everywhere.`
    const place = (value: number) => `${names[values.indexOf(value)]} (${inWords(value)})`
    return `${name} is smallest for ${place(low)} and largest for ${place(high)}.`
  })
  return [...(label ? [`Shows ${label}.`] : []), ...parts].join(' ')
}
