import { expect } from '@backprop/testkit'
import type { Tolerance } from '@backprop/testkit'

/** What came back may be anything, whatever its type says: these look at its kind before its numbers. */

const CLOSE: Tolerance = { relative: 1e-9, absolute: 1e-12 }

/** Assert that what came back is a list of numbers near the expected ones. */
export function expectNumbers(actual: unknown, expected: readonly number[], why: string, close = CLOSE): void {
  expect(Array.isArray(actual) && actual.every(value => typeof value === 'number'), `${why}: a list of numbers`).toBe(
    true,
  )
  expect(actual, why).toBeNear(expected, close)
}

/** Assert that what came back is a number near the expected one. */
export function expectNumber(actual: unknown, expected: number, why: string, close = CLOSE): void {
  expect(typeof actual, `${why}: a number`).toBe('number')
  expect(actual, why).toBeNear(expected, close)
}

/** What came back, as an object to take fields or functions from. */
export function fields<T extends object>(result: T): T {
  expect(typeof result === 'object' && result !== null, 'an object with the fields of the description').toBe(true)
  return result
}

/** What came back, as a function to call. */
export function callable<F>(result: F, why: string): F {
  expect(typeof result, why).toBe('function')
  return result
}

/** What came back, as so many floating-point numbers. */
export function floats(result: unknown, count: number, why: string): number[] {
  expect(result, why).toHaveShape([count])
  expect(result instanceof Float32Array || Array.isArray(result), `${why}: an array`).toBe(true)
  return Array.from(result as ArrayLike<number>)
}

/** What came back, as lists of indices, each sorted. */
export function partsOf(result: unknown, count: number): number[][] {
  expect(Array.isArray(result), 'a list of parts').toBe(true)
  expect(result, 'one part for each share').toHaveLength(count)
  return (result as unknown[]).map(part => {
    const isList = Array.isArray(part) || part instanceof Uint32Array
    expect(isList, 'a part is a list of indices').toBe(true)
    const indices: unknown[] = [...(part as Iterable<unknown>)]
    expect(
      indices.every(index => Number.isInteger(index)),
      'indices are whole numbers',
    ).toBe(true)
    return (indices as number[]).sort((a, b) => a - b)
  })
}
