import { expect, type Numbers, type Tolerance } from '@backprop/testkit'

/** A student's function may return anything, whatever its type says: these check its kind before its numbers. */

// Both sides compute in 64 bits, in different orders; fifty layers multiply what one of them loses.
const CLOSE: Tolerance = { relative: 1e-8, absolute: 1e-10 }

/** Asserts that the result is a nested list of numbers near the expected ones. */
export function expectLists(actual: unknown, expected: Numbers, why: string, close = CLOSE): void {
  expect(Array.isArray(actual), `${why}: a list`).toBe(true)
  expect(actual, why).toBeNear(expected, close)
}

/** Asserts that the result is a number near the expected one. */
export function expectNumber(actual: unknown, expected: number, why: string, close = CLOSE): void {
  expect(typeof actual, `${why}: a number`).toBe('number')
  expect(actual, why).toBeNear(expected, close)
}

/** The result, as an object with fields. */
export function fields<T extends object>(result: T): { [K in keyof T]: unknown } {
  expect(typeof result === 'object' && result !== null, 'an object with the documented fields').toBe(true)
  return result
}

/** The result, as an object with the named functions. */
export function functionsOf<T extends object>(result: T, ...names: (keyof T & string)[]): T {
  fields(result)
  for (const name of names) expect(typeof result[name], `${name} must be a function`).toBe('function')
  return result
}
