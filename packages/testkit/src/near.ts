import { describe, flatten, shapeOf } from './numbers.ts'
import type { Flat, Problem } from './numbers.ts'

export type { Numbers } from './numbers.ts'

/** Two numbers agree when |actual − expected| ≤ absolute + relative · |expected|. */
export interface Tolerance {
  readonly relative?: number
  readonly absolute?: number
}

/** The verdict and a sentence that explains it. */
export interface Verdict {
  readonly pass: boolean
  readonly message: string
}

/** Compares kinds, then shapes, then values, and says in one short sentence where `actual` first differs. */
export function compare(actual: unknown, expected: unknown, tolerance: Tolerance = {}): Verdict {
  const want = numbersOf(expected)
  if ('problem' in want) throw new TypeError(`toBeNear: the expected value must be numbers, but it is ${want.problem}.`)
  const shape = shapeOf(actual)
  if ('problem' in shape) return fail(`expected ${numbersOfShape(want.shape)}, but got ${shape.problem}`)
  if (!sameShape(shape, want.shape)) {
    return fail(`the shape is ${shapeText(shape)}, expected ${shapeText(want.shape)}`)
  }
  const got = flatten(actual, shape)
  if ('problem' in got) return fail(`expected ${numbersOfShape(want.shape)}, but got ${got.problem}`)
  return compareValues(got, want, tolerance)
}

/** Compares only shapes. */
export function compareShape(actual: unknown, expected: readonly number[]): Verdict {
  const shape = shapeOf(actual)
  if ('problem' in shape) return fail(`expected ${numbersOfShape(expected)}, but got ${shape.problem}`)
  const flat = Array.isArray(actual) && sameShape(shape, expected) ? flatten(actual, shape) : undefined
  if (flat && 'problem' in flat) return fail(`expected ${numbersOfShape(expected)}, but got ${flat.problem}`)
  if (sameShape(shape, expected)) return { pass: true, message: `the shape is ${shapeText(shape)}` }
  return fail(`the shape is ${shapeText(shape)}, expected ${shapeText(expected)}`)
}

function compareValues(got: Flat, want: Flat, { relative = 1e-6, absolute = 1e-9 }: Tolerance): Verdict {
  const count = want.values.length
  let off = 0
  let first = -1
  for (let i = 0; i < count; i++) {
    if (near(got.values[i], want.values[i], relative, absolute)) continue
    if (off++ === 0) first = i
  }
  if (off === 0) return { pass: true, message: count === 1 ? 'the number is near' : `all ${count} numbers are near` }
  const actual = got.values[first]
  const expected = want.values[first]
  const where = `${number(actual)}, expected ${number(expected)}${gap(actual, expected, relative, absolute)}`
  if (want.shape.length === 0) return fail(`it is ${where}`)
  const index = indexText(first, want.shape)
  if (off === 1) return fail(`1 of ${count} numbers is off: at index ${index}, it is ${where}`)
  return fail(`${off} of ${count} numbers are off; the first, at index ${index}, is ${where}`)
}

function near(actual: number, expected: number, relative: number, absolute: number): boolean {
  if (actual === expected) return true
  if (Number.isNaN(expected)) return Number.isNaN(actual)
  if (!Number.isFinite(expected) || !Number.isFinite(actual)) return false
  return Math.abs(actual - expected) <= absolute + relative * Math.abs(expected)
}

function gap(actual: number, expected: number, relative: number, absolute: number): string {
  if (!Number.isFinite(actual) || !Number.isFinite(expected)) return ''
  const allowed = absolute + relative * Math.abs(expected)
  return ` (difference ${number(Math.abs(actual - expected), 2)}, allowed ${number(allowed, 2)})`
}

function numbersOf(x: unknown): Flat | Problem {
  const shape = shapeOf(x)
  return 'problem' in shape ? shape : flatten(x, shape)
}

const number = (x: unknown, digits = 9): string =>
  typeof x === 'number' ? String(Number(x.toPrecision(digits))) : describe(x)

const fail = (message: string): Verdict => ({ pass: false, message })

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis])

const numbersOfShape = (shape: readonly number[]): string =>
  shape.length === 0 ? 'a number' : `numbers of shape ${shapeText(shape)}`

const shapeText = (shape: readonly number[]): string =>
  shape.length === 0
    ? '[] (a single number)'
    : `[${shape
        .slice(0, 16)
        .map(size => number(size))
        .join(', ')}${shape.length > 16 ? ', …' : ''}]`

function indexText(flat: number, shape: readonly number[]): string {
  const index: number[] = []
  let rest = flat
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis])
    rest = Math.floor(rest / shape[axis])
  }
  return `[${index.join(', ')}]`
}
