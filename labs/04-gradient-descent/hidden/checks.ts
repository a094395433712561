import { expect, type Tolerance } from '@backprop/testkit'

/** A student's function may return anything, whatever its type says: these check its kind before its numbers. */

// Both sides compute in 64 bits, in different orders: hundreds of steps lose some of the 16 digits, but never seven.
const CLOSE: Tolerance = { relative: 1e-9, absolute: 1e-12 }

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

/** The result, checked to be the requested number of epochs, each a list of batches of whole numbers. */
export function epochsOf(result: unknown, count: number): number[][][] {
  expect(Array.isArray(result), 'a list of epochs').toBe(true)
  expect((result as unknown[]).length, `${count} epochs were requested`).toBe(count)
  return (result as unknown[]).map(epoch => {
    expect(Array.isArray(epoch), 'an epoch is a list of batches').toBe(true)
    return (epoch as unknown[]).map(batch => {
      expect(Array.isArray(batch) || batch instanceof Uint32Array, 'a batch is a list of indices').toBe(true)
      const indices: unknown[] = [...(batch as Iterable<unknown>)]
      expect(
        indices.every(index => Number.isInteger(index)),
        'indices must be whole numbers',
      ).toBe(true)
      return indices as number[]
    })
  })
}
