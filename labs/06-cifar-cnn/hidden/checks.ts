import { expect } from '@backprop/testkit'
import type { Numbers, Tolerance } from '@backprop/testkit'

/** What came back may be anything, whatever its type says: these look at its kind before its numbers. */

// Both sides compute in 64 bits, in another order: sums of some hundred products lose a few of the 16 digits.
const CLOSE: Tolerance = { relative: 1e-9, absolute: 1e-9 }

/** Assert that what came back are lists of numbers near the expected ones, as deep as they are. */
export function expectLists(actual: unknown, expected: Numbers, why: string, close = CLOSE): void {
  expect(Array.isArray(actual), `${why}: a list`).toBe(true)
  expect(actual, why).toBeNear(expected, close)
}

/** Assert that what came back is a number near the expected one. */
export function expectNumber(actual: unknown, expected: number, why: string, close = CLOSE): void {
  expect(typeof actual, `${why}: a number`).toBe('number')
  expect(actual, why).toBeNear(expected, close)
}

/** What came back, as an object to take fields from. */
export function fields<T extends object>(result: T): { [K in keyof T]: unknown } {
  expect(typeof result === 'object' && result !== null, 'an object with the fields of the description').toBe(true)
  return result
}
