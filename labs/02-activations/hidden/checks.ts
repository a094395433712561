import { expect } from '@backprop/testkit'
import type { Tolerance } from '@backprop/testkit'

/** What came back may be anything, whatever its type says: these look at its kind before its numbers. */

// Both sides compute in 64 bits; values of size 1 lose a few of their 16 digits, never seven.
const CLOSE: Tolerance = { relative: 1e-9, absolute: 1e-9 }

/** Assert that what came back is a list of numbers near the expected ones. */
export function expectNumbers(actual: unknown, expected: readonly number[], why: string, close = CLOSE): void {
  expect(Array.isArray(actual) && actual.every(value => typeof value === 'number'), `${why}: a list of numbers`).toBe(
    true,
  )
  expect(actual, why).toBeNear(expected, close)
}

/** Assert that what came back is a list of lists of numbers near the expected ones. */
export function expectRows(actual: unknown, expected: readonly (readonly number[])[], why: string): void {
  expect(Array.isArray(actual), `${why}: a list with a list for each row`).toBe(true)
  expect(actual, why).toBeNear(expected, CLOSE)
}

/** What came back, as an object to take fields from. */
export function fields<T extends object>(result: T): { [K in keyof T]: unknown } {
  expect(typeof result === 'object' && result !== null, 'an object with the fields of the description').toBe(true)
  return result
}
