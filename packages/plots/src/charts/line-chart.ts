import type { Chart, Mark, Point, Slot } from '../chart.ts'
import { type AxisOptions, axisOptions, fail, finite, sameLength, slot, type Vector, vector } from '../check.ts'
import { inWords } from '../numbers.ts'
import { fitted } from '../scale.ts'

/** What `lineChart` draws. */
export interface LineChartOptions {
  readonly title?: string
  /** What the picture shows; made from the numbers unless given. */
  readonly description?: string
  /** The curves by name, at most 6: their values, or more about them. */
  readonly series: Readonly<Record<string, Vector | Series>>
  /** `'epoch'`, or `{ label: 'step', scale: 'log', range: [1, 1875] }`. */
  readonly x?: AxisOptions
  readonly y?: AxisOptions
  /** Lines across the chart at one x or y, with a short text: the best epoch, the score of guessing. */
  readonly notes?: readonly Note[]
}

/** One curve. */
export interface Series {
  readonly y: Vector
  /** 1, 2, 3, … unless given. */
  readonly x?: Vector
  /** A range around the curve, such as the lowest and highest of several seeds. */
  readonly band?: { readonly low: Vector; readonly high: Vector }
  /** Draws the mean of about this many neighbours, and the values themselves faintly behind it. */
  readonly smooth?: number
}

/** A line across the chart at one x or y, with its text. */
export type Note = { readonly x: number; readonly text: string } | { readonly y: number; readonly text: string }

/** The number of shapes on a curve that tell it from the others. */
const SHAPES = 8
/** A curve of fewer points shows each of them. */
const EACH = 25

/**
 * Curves over steps or epochs: losses, accuracies.
 *
 * @throws RangeError if there is no curve, a number is not finite, or lengths differ
 * @example lineChart({ title: 'Training', series: { training: [2.3, 0.4, 0.2] }, x: 'epoch', y: 'loss' })
 */
export function lineChart(options: LineChartOptions): Chart {
  const where = 'lineChart'
  const x = axisOptions(where, 'x', options.x)
  const y = axisOptions(where, 'y', options.y)
  const entries = Object.entries(options.series)
  if (entries.length === 0) fail(where, 'there is no series', 'give at least one: series: { loss: losses }')
  const curves = entries.map(([name, series], n) => {
    const scales = { x: x.scale, y: y.scale }
    return curve(where, name, slot(where, 'series', n), 'y' in series ? series : { y: series }, scales)
  })
  const notes = options.notes ?? []
  for (const note of notes) {
    const at = 'x' in note ? note.x : note.y
    finite(where, `the note "${note.text}" is at ${at}`, at)
  }
  const onX = [...curves.flatMap(each => each.x), ...notes.flatMap(note => ('x' in note ? [note.x] : []))]
  const onY = [...curves.flatMap(each => each.all), ...notes.flatMap(note => ('y' in note ? [note.y] : []))]
  return {
    kind: 'xy',
    plane: false,
    title: options.title ?? '',
    description: options.description ?? curves.map(each => summary(each, x.label)).join(' '),
    x: { ...x, range: fitted(x, onX), ...(onX.every(Number.isInteger) && { whole: true }) },
    y: { ...y, range: fitted(y, onY, { nice: true }) },
    marks: [
      ...curves.flatMap(each => each.behind),
      ...notes.map(rule),
      ...curves.flatMap(each => inFront(each, curves.length > 1)),
    ],
  }
}

interface Curve {
  readonly name: string
  readonly slot: Slot
  readonly x: readonly number[]
  /** The points of the line. */
  readonly y: readonly number[]
  /** All values that must fit on the axis. */
  readonly all: readonly number[]
  readonly behind: readonly Mark[]
  readonly smooth?: number
}

function curve(
  where: string,
  name: string,
  n: Slot,
  series: Series,
  scales: { x: 'linear' | 'log'; y: 'linear' | 'log' },
): Curve {
  const raw = vector(where, `"${name}"`, series.y, scales.y)
  const x = series.x ? vector(where, `x of "${name}"`, series.x, scales.x) : raw.map((_, i) => i + 1)
  sameLength(where, `values of "${name}"`, raw.length, 'its x', x.length)
  const y = series.smooth === undefined ? raw : means(where, name, raw, series.smooth)
  const behind: Mark[] = []
  let all = raw
  if (series.band) {
    const [low, high] = (['low', 'high'] as const).map(end => {
      const values = vector(where, `the ${end} band of "${name}"`, series.band?.[end] ?? [], scales.y)
      sameLength(where, `values of "${name}"`, raw.length, `its ${end} band`, values.length)
      all = [...all, ...values]
      return values.map((value, i): Point => [x[i], value])
    })
    behind.push({ kind: 'region', look: 'band', slot: n, rings: [[...low, ...high.reverse()]] })
  }
  if (y !== raw) behind.push({ kind: 'lines', look: 'faint', slot: n, lines: [raw.map((value, i) => [x[i], value])] })
  return { name, slot: n, x, y, all, behind, smooth: series.smooth }
}

/** Replaces each value by the mean of about `size` values around it, fewer towards the ends. */
function means(where: string, name: string, values: readonly number[], size: number): number[] {
  if (!Number.isInteger(size) || size < 1)
    fail(where, `"${name}" is smoothed over ${size} values, expected a whole number of at least 1`)
  return values.map((_, i) => {
    const reach = Math.min(Math.floor(size / 2), i, values.length - 1 - i)
    const near = values.slice(i - reach, i + reach + 1)
    return near.reduce((sum, value) => sum + value / near.length, 0)
  })
}

function inFront({ name, slot, x, y }: Curve, several: boolean): Mark[] {
  const label = several ? { label: name } : {}
  const line = y.map((value, i): Point => [x[i], value])
  const every = Math.max(1, Math.round(line.length / SHAPES))
  // Each curve starts elsewhere, so that the shapes on curves that run together do not hide one another.
  const shapes =
    line.length <= EACH ? line : line.filter((_, i) => i % every === Math.floor((every * (slot + 0.5)) / 6))
  return [
    { kind: 'lines', look: 'series', slot, lines: [line], ...label },
    ...(several || line.length <= EACH
      ? [{ kind: 'points', points: shapes, slot, size: line.length > 1 ? 'small' : 'large', ...label } as const]
      : []),
  ]
}

const rule = (note: Note): Mark =>
  'x' in note
    ? { kind: 'rule', axis: 'x', at: note.x, text: note.text }
    : { kind: 'rule', axis: 'y', at: note.y, text: note.text }

/** "loss falls from 2.3 to 0.11 (step 1 to 1,875); its lowest is 0.09 at step 1,700." */
function summary({ name, smooth, x, y }: Curve, xLabel: string): string {
  const [first, last] = [y[0], y[y.length - 1]]
  const noun = xLabel || 'x'
  const what = smooth === undefined ? name : `${name}, the mean of ${inWords(smooth)} values,`
  if (y.length === 1) return `${what} is ${inWords(first)} at ${noun} ${inWords(x[0])}.`
  const span = `(${noun} ${inWords(x[0])} to ${inWords(x[x.length - 1])})`
  if (first === last) return `${what} begins and ends at ${inWords(last)} ${span}.`
  const falls = last < first
  const best = y.reduce((a, b) => (b < a === falls ? b : a))
  const peak = `; its ${falls ? 'lowest' : 'highest'} is ${inWords(best)} at ${noun} ${inWords(x[y.indexOf(best)])}`
  return `${what} ${falls ? 'falls' : 'rises'} from ${inWords(first)} to ${inWords(last)} ${span}${best === last ? '' : peak}.`
}
