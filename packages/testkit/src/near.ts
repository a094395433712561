import { type Mismatch, mismatchText, near, type Side, type Sides, type Tolerance } from './mismatch.ts'
import { describe, fewNumbers, type Flat, flatten, shapeOf, unexpected } from './numbers.ts'
import { summarize } from './summarize.ts'

export type { Numbers } from './numbers.ts'

/** Whether two values agree, a sentence that says so, and if they don't, the mismatch as data. */
export interface Verdict {
  readonly pass: boolean
  readonly message: string
  readonly mismatch?: Mismatch
}

/** Compares kinds, then shapes, then values, and says in one short sentence where `actual` first differs. */
export function compare(actual: unknown, expected: unknown, tolerance: Tolerance = {}): Verdict {
  const expectedShape = shapeOf(expected)
  const want = 'text' in expectedShape ? expectedShape : flatten(expected, expectedShape)
  if ('text' in want) throw new TypeError(`toBeNear: the expected value must be numbers, but it is ${want.text}.`)
  const shape = shapeOf(actual)
  if ('text' in shape) return failed({ kind: 'not-numbers', expected: want.shape, received: shape })
  const sides = () => ({ expected: sideOf(expected), received: sideOf(actual) })
  if (!sameShape(shape, want.shape))
    return failed({ kind: 'shape', expected: want.shape, received: shape, sides: sides() })
  const got = flatten(actual, shape)
  if ('text' in got) return failed({ kind: 'not-numbers', expected: want.shape, received: got })
  return compareValues(got, want, tolerance, sides)
}

/** Compares only shapes. */
export function compareShape(actual: unknown, expected: readonly number[]): Verdict {
  const shape = shapeOf(actual)
  if ('text' in shape) return failed({ kind: 'not-numbers', expected, received: shape })
  const flat = Array.isArray(actual) && sameShape(shape, expected) ? flatten(actual, shape) : undefined
  if (flat && 'text' in flat) return failed({ kind: 'not-numbers', expected, received: flat })
  const mismatch = { kind: 'shape', expected, received: shape } as const
  return sameShape(shape, expected) ? { pass: true, message: `the shape is [${shape.join(', ')}]` } : failed(mismatch)
}

/** A value as a mismatch shows it. */
export function sideOf(x: unknown): Side {
  const numbers = fewNumbers(x)
  return { ...unexpected(x), text: summarize(x), ...(numbers !== undefined && { numbers }) }
}

function compareValues(
  got: Flat,
  want: Flat,
  { relative = 1e-6, absolute = 1e-9 }: Tolerance,
  sides: () => Sides,
): Verdict {
  const tolerance = { relative, absolute }
  const count = want.values.length
  let off = 0
  let first = -1
  for (let i = 0; i < count; i++) {
    if (near(got.values[i], want.values[i], tolerance)) continue
    if (off++ === 0) first = i
  }
  if (off === 0) return { pass: true, message: count === 1 ? 'the number is near' : `all ${count} numbers are near` }
  const [expected, received] = [want.values[first], got.values[first]]
  const at = indexOf(first, want.shape)
  // The data of a tensor may claim to be numbers.
  if (typeof received !== 'number') {
    const text = `${describe(received)} at index [${at.join(', ')}]`
    return failed({ kind: 'not-numbers', expected: want.shape, received: { text } })
  }
  return failed({ kind: 'numbers', at, expected, received, tolerance, off, count, sides: sides() })
}

const failed = (mismatch: Mismatch): Verdict => ({ pass: false, message: mismatchText(mismatch), mismatch })

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis])

/** The index of a number, given its position in row-major order. */
function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = []
  let rest = flat
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis])
    rest = Math.floor(rest / shape[axis])
  }
  return index
}
