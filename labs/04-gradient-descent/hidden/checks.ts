import { expect } from '@backprop/testkit'
import type { Tolerance } from '@backprop/testkit'

/** What came back may be anything, whatever its type says: these look at its kind before its numbers. */

// Both sides compute in 64 bits, in another order: hundreds of steps lose some of the 16 digits, but never seven.
const CLOSE: Tolerance = { relative: 1e-9, absolute: 1e-12 }

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

/** What came back, as the epochs of batches of whole numbers that it should be, and as many as were asked for. */
export function epochsOf(result: unknown, count: number): number[][][] {
  expect(Array.isArray(result), 'a list of epochs').toBe(true)
  expect((result as unknown[]).length, `${count} epochs were asked for`).toBe(count)
  return (result as unknown[]).map(epoch => {
    expect(Array.isArray(epoch), 'an epoch is a list of batches').toBe(true)
    return (epoch as unknown[]).map(batch => {
      expect(Array.isArray(batch) || batch instanceof Uint32Array, 'a batch is a list of indices').toBe(true)
      const indices: unknown[] = [...(batch as Iterable<unknown>)]
      expect(
        indices.every(index => Number.isInteger(index)),
        'indices are whole numbers',
      ).toBe(true)
      return indices as number[]
    })
  })
}
