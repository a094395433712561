import { nice as niceRange, ticks as linearTicks } from 'd3-array'
import type { Axis, Range } from './chart.ts'
import { exponential, fixed, inWords, powerOfTen } from './numbers.ts'

/** From the units of the data to the share of an axis, 0 at its low end and 1 at its high end, and the ticks on it. */

/** Beyond this, the difference of two numbers may be infinite. */
const LARGEST = 8e307
const SMALLEST = 5e-324

/**
 * The place of a value on an axis. Values beyond its ends are below 0 or above 1, but never so far that a line breaks.
 */
export function share({ scale, range: [low, high] }: Axis, value: number): number {
  if (scale === 'category') return (high - value) / (high - low)
  if (scale === 'linear') return near((value / 2 - low / 2) / (high / 2 - low / 2))
  return value <= 0 ? -FAR : near((Math.log10(value) - Math.log10(low)) / (Math.log10(high) - Math.log10(low)))
}

const FAR = 1e6
const near = (at: number) => Math.min(FAR, Math.max(-FAR, at))

/** How an axis encloses its values. */
export interface Fit {
  /** Room beyond the smallest and the largest value, as a share of their distance. */
  readonly margin?: number
  /** Widen to round numbers. */
  readonly nice?: boolean
}

/** The given range, or else one that holds all values. */
export function fitted(axis: { range?: Range; scale: 'linear' | 'log' }, values: Iterable<number>, fit?: Fit): Range {
  return axis.range ?? (axis.scale === 'log' ? logRange(values) : linearRange(values, fit))
}

/** The range of a linear axis that holds all values, and is never empty. */
function linearRange(values: Iterable<number>, { margin = 0, nice = false }: Fit = {}): Range {
  const [low, high] = extent(values)
  const span = high / 2 - low / 2
  const size = Math.max(Math.abs(low), Math.abs(high))
  // Values that hardly differ get an axis with them in the middle.
  const same = span <= 1e-9 * size || span < 1e-280
  const room = !same ? 2 * margin * span : size === 0 ? 1 : Math.max(size / 2, 1e-270)
  const ends = [Math.max(low - room, -LARGEST), Math.min(high + room, LARGEST)] as const
  const [niceLow, niceHigh] = nice ? niceRange(...ends, 5) : ends
  return [Math.max(niceLow, -LARGEST), Math.min(niceHigh, LARGEST)]
}

/** The range of a log axis that holds all values (above 0), and is never empty. */
function logRange(values: Iterable<number>): Range {
  const [low, high] = extent(values).map(Math.log10)
  const room = high - low < 1e-3 ? 0.3 : 0.04 * (high - low)
  return [Math.max(10 ** (low - room), SMALLEST), Math.min(10 ** (high + room), LARGEST)]
}

function extent(values: Iterable<number>): Range {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high ? [low, high] : [0, 1]
}

/** A tick of an axis: its value, and its text. */
export interface Tick {
  readonly at: number
  readonly text: string
}

/** About `count` round values inside an axis, each with its text. Categories have one each. */
export function ticks(axis: Axis, count: number): Tick[] {
  if (axis.scale === 'category') return (axis.names ?? []).map((text, at) => ({ at, text }))
  const found = axis.scale === 'log' ? logTicks(axis.range, count) : []
  return found.length > 1 ? found : linear(axis, count)
}

/** About `count` round numbers from low to high. */
export const roundNumbers = (low: number, high: number, count: number): number[] =>
  // The smallest numbers have no finite reciprocal.
  high - low > 1e-290 ? linearTicks(low, high, Math.max(1, count)) : [low, high]

function linear({ range: [low, high], whole = false }: Axis, count: number): Tick[] {
  const all = roundNumbers(low, high, count)
  const integers = all.filter(Number.isInteger)
  const values = whole && integers.length > 1 ? integers : all
  const step = values.length > 1 ? values[1] - values[0] : high - low
  const size = Math.max(...values.map(Math.abs), step)
  // The small factor compensates the error of the subtraction.
  const decimals = Math.max(0, -Math.floor(Math.log10(step * (1 + 1e-9))))
  const plain = size < 1e7 && decimals < 6
  const digits = Math.min(20, Math.max(0, Math.floor(Math.log10(size)) + decimals))
  return values.map(at => ({ at, text: plain ? fixed(at, decimals) : exponential(at, digits) }))
}

/** Powers of ten, and 2 and 5 times them if they are few. */
function logTicks([low, high]: Range, count: number): Tick[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))]
  const few = Math.log10(high) - Math.log10(low) < Math.min(3, count / 2)
  const step = few ? 1 : Math.ceil((last - first) / Math.max(1, count))
  const found: { at: number; exponent: number; factor: number }[] = []
  for (let exponent = Math.ceil(first / step) * step; exponent <= last; exponent += step)
    for (const factor of few ? [1, 2, 5] : [1]) found.push({ at: Number(`${factor}e${exponent}`), exponent, factor })
  const inside = found.filter(({ at }) => at >= low && at <= high)
  const plain = inside.every(({ at }) => at >= 1e-3 && at <= 1e4)
  return inside.map(({ at, exponent, factor }) => ({ at, text: plain ? inWords(at) : powerOfTen(exponent, factor) }))
}
