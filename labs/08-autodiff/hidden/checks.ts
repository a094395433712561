import { expect, type Tolerance } from '@backprop/testkit'

/** A student's function may return anything, whatever its type says: these check its kind before its numbers. */

// Both sides compute in 64 bits, in different orders.
const CLOSE: Tolerance = { relative: 1e-9, absolute: 1e-12 }

/** Asserts that the result is a list of numbers near the expected ones. */
export function expectNumbers(actual: unknown, expected: readonly number[], why: string, close = CLOSE): void {
  const isList = Array.isArray(actual) && actual.every(value => typeof value === 'number')
  expect(isList, `${why}: a list of numbers`).toBe(true)
  expect(actual, why).toBeNear(expected, close)
}

/** Asserts that the result is a list of lists of numbers near the expected ones. */
export function expectLists(actual: unknown, expected: readonly (readonly number[])[], why: string): void {
  expect(Array.isArray(actual) && actual.length === expected.length, `${why}: one list per input`).toBe(true)
  for (const [i, list] of expected.entries()) expectNumbers((actual as unknown[])[i], list, `${why}, input ${i}`)
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

/** A `Value` or `Tensor` stays with the student's code; here is a handle, whose fields are read by calls. */
export function handle<T>(result: T, why: string): T {
  const isHandle =
    typeof result === 'object' && result !== null && typeof (result as { $class?: unknown }).$class === 'string'
  expect(isHandle && typeof (result as { $drop?: unknown }).$drop === 'function', `${why}: made with new`).toBe(true)
  return result
}

/** The result, as a list of handles. */
export function handles<T>(result: readonly T[], why: string): readonly T[] {
  expect(Array.isArray(result), `${why}: a list`).toBe(true)
  return result.map(one => handle(one, why))
}
