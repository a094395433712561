import { expect, type Tolerance } from '@backprop/testkit'

/** A student's function may return anything, whatever its type says: these check its kind before its numbers. */

// Both sides compute in 64 bits; values of size 1 lose a few of their 16 digits, never seven.
const CLOSE: Tolerance = { relative: 1e-9, absolute: 1e-9 }

/** Asserts that the result is a list of numbers near the expected ones. */
export function expectNumbers(actual: unknown, expected: readonly number[], why: string, close = CLOSE): void {
  expect(Array.isArray(actual) && actual.every(value => typeof value === 'number'), `${why}: a list of numbers`).toBe(
    true,
  )
  expect(actual, why).toBeNear(expected, close)
}

/** Asserts that the result is a list of lists of numbers near the expected ones. */
export function expectRows(actual: unknown, expected: readonly (readonly number[])[], why: string): void {
  expect(Array.isArray(actual), `${why}: a list with one list per row`).toBe(true)
  expect(actual, why).toBeNear(expected, CLOSE)
}

/** The result, as an object with fields. */
export function fields<T extends object>(result: T): { [K in keyof T]: unknown } {
  expect(typeof result === 'object' && result !== null, 'an object with the documented fields').toBe(true)
  return result
}
