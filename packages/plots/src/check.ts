import { type Point, type Range, type Slot, SLOTS } from './chart.ts'

/** Checks of arguments. `where` is the function that was called, `what` the argument. */

/** A list of numbers: an array, or a typed array. */
export type Vector = ArrayLike<number>

/** Rows of numbers: `[[x, y], …]`, or the values of a tensor, row after row, with their shape. */
export type Rows = ArrayLike<Vector> | { readonly data: Vector; readonly shape: readonly number[] }

/** The form of all errors in the labs: `where: fact`, and below it what to try. */
export function fail(where: string, fact: string, hint?: string): never {
  throw new RangeError(hint === undefined ? `${where}: ${fact}.` : `${where}: ${fact}.\n  Hint: ${hint}.`)
}

/** At least one number, all finite, and above 0 for a log axis. */
export function vector(where: string, what: string, values: Vector, scale: 'linear' | 'log' = 'linear'): number[] {
  if (values.length === 0) fail(where, `${what} is empty, expected at least one number`)
  const numbers = Array.from(values)
  numbers.forEach((value, i) => finite(where, `${what} is ${value} at index ${i}`, value))
  const low = scale === 'log' ? numbers.findIndex(value => value <= 0) : -1
  if (low >= 0)
    fail(
      where,
      `${what} is ${numbers[low]} at index ${low}, but a log axis has only numbers above 0`,
      'use a linear axis',
    )
  return numbers
}

/** Throws `RangeError` unless all values are finite. */
export function finite(where: string, fact: string, ...values: number[]): void {
  if (values.every(Number.isFinite)) return
  const hint =
    'look for what made it first: a learning rate that is too large, log(0) and 0/0 all end like this; draw what came before'
  fail(where, `${fact}, expected finite numbers`, hint)
}

/** Throws `RangeError` unless there are as many of `a` as of `b`. */
export function sameLength(where: string, a: string, countA: number, b: string, countB: number): void {
  if (countA !== countB)
    fail(where, `the number of ${a} is ${countA}, but that of ${b} is ${countB}`, 'one belongs to each')
}

/** Points `[N, 2]`; N may be 0. */
export function points(where: string, what: string, given: Rows): Point[] {
  return rows(where, given).map((row, i) => {
    if (row.length !== 2) fail(where, `${what} ${i} has ${row.length} numbers, but a point in the plane has 2`)
    finite(where, `${what} ${i} is (${row[0]}, ${row[1]})`, row[0], row[1])
    return [row[0], row[1]]
  })
}

/** The rows of numbers as arrays. Throws `RangeError` if shape and data do not fit. */
export function rows(where: string, given: Rows): Vector[] {
  if (!('data' in given)) return Array.from(given)
  const { data, shape } = given
  const [count, size] = shape
  if (shape.length !== 2 || count * size !== data.length) {
    const fact = `the shape is [${shape.join(', ')}] and the number of values is ${data.length}`
    fail(where, `${fact}, expected a shape [N, M] and N·M values`)
  }
  return Array.from({ length: count }, (_, n) => Array.from({ length: size }, (_, m) => data[n * size + m]))
}

/** An axis in the options of a chart: its label, or more. */
export type AxisOptions =
  string | { readonly label?: string; readonly range?: Range; readonly scale?: 'linear' | 'log' }

/** An axis of the plane is linear. */
export type PlaneAxisOptions = string | { readonly label?: string; readonly range?: Range }

/** An axis with its defaults; its range is checked. */
export function axisOptions(where: string, what: 'x' | 'y', given: AxisOptions = {}) {
  const { label = '', range, scale = 'linear' } = typeof given === 'string' ? { label: given } : given
  if (
    range !== undefined &&
    !(Number.isFinite(range[1] - range[0]) && range[0] < range[1] && (scale === 'linear' || range[0] > 0))
  ) {
    const expected = `two numbers${scale === 'log' ? ' above 0' : ''}, the lower one first`
    fail(where, `the range of ${what} is [${range.join(', ')}], expected ${expected}`)
  }
  return { label, range, scale }
}

/** The n-th colour and shape. */
export function slot(where: string, what: string, n: number): Slot {
  const hint = 'draw several charts and put them `sideBySide`'
  if (n >= SLOTS) fail(where, `there are more than ${SLOTS} ${what}, and no more can be told apart`, hint)
  // The check above leaves 0 to 5.
  return n as Slot
}
