import { bisectRight } from 'd3-array'
import type { Chart, Range } from '../chart.ts'
import { type AxisOptions, axisOptions, fail, type Vector, vector } from '../check.ts'
import { counted, inWords } from '../numbers.ts'
import { fitted, roundNumbers } from '../scale.ts'

/** What `histogram` draws. */
export interface HistogramOptions {
  readonly title?: string
  readonly description?: string
  readonly values: Vector
  /** The approximate number of bars, whose borders are round numbers; 20 unless given. */
  readonly bins?: number
  readonly x?: AxisOptions
  readonly y?: string
}

/**
 * The distribution of values: weights, activations, gradients.
 *
 * @throws RangeError if there is no value, or one is not finite
 * @example histogram({ values: activations, x: 'activation', title: 'Layer 6, sigmoid' })
 */
export function histogram(options: HistogramOptions): Chart {
  const where = 'histogram'
  const { bins = 20, y = 'count' } = options
  if (!Number.isInteger(bins) || bins < 1) fail(where, `bins is ${bins}, expected a whole number of at least 1`)
  const x = axisOptions(where, 'x', options.x)
  const values = vector(where, 'the list of values', options.values, x.scale)
  const range = fitted(x, values, { nice: true })
  const bars = count(values, range, x.scale, bins)
  const highest = bars.reduce((most, bar) => Math.max(most, bar.count), 0)
  return {
    kind: 'xy',
    plane: false,
    title: options.title ?? '',
    description: options.description ?? summary(values, bars),
    x: { ...x, range },
    y: { label: y, scale: 'linear', range: fitted({ scale: 'linear' }, [0, highest], { nice: true }) },
    marks: [
      {
        kind: 'rects',
        grow: 'up',
        slot: 0,
        rects: bars.map(bar => [
          [bar.low, 0],
          [bar.high, bar.count],
        ]),
      },
    ],
  }
}

interface Bar {
  readonly low: number
  readonly high: number
  readonly count: number
}

/** Bars between round numbers. On a log axis they are equally wide there. */
function count(values: readonly number[], [low, high]: Range, scale: 'linear' | 'log', bins: number): Bar[] {
  const inside = scale === 'log' ? exponents(low, high, bins).map(at => 10 ** at) : roundNumbers(low, high, bins)
  const borders = [low, ...inside.filter(border => border > low && border < high), high]
  const counts = new Array<number>(borders.length - 1).fill(0)
  // The last bar has its upper border too.
  for (const value of values) counts[bisectRight(borders, value, 1, borders.length - 1) - 1] += 1
  return counts.map((count, i) => ({ low: borders[i], high: borders[i + 1], count }))
}

const exponents = (low: number, high: number, bins: number): number[] =>
  roundNumbers(Math.log10(low), Math.log10(high), bins)

function summary(values: readonly number[], bars: readonly Bar[]): string {
  const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity])
  const top = bars.reduce((a, b) => (b.count > a.count ? b : a))
  const spread = `${counted(values.length, 'value')} from ${inWords(low)} to ${inWords(high)}`
  return `${spread}; most of them, ${inWords(top.count)}, between ${inWords(top.low)} and ${inWords(top.high)}.`
}
