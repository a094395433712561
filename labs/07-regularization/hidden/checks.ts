import { expect, type Tolerance } from '@backprop/testkit'

/** A student's function may return anything, whatever its type says: these check its kind before its numbers. */

const CLOSE: Tolerance = { relative: 1e-9, absolute: 1e-12 }

/** Asserts that the result is a list of numbers near the expected ones. */
export function expectNumbers(actual: unknown, expected: readonly number[], why: string, close = CLOSE): void {
  expect(Array.isArray(actual) && actual.every(value => typeof value === 'number'), `${why}: a list of numbers`).toBe(
    true,
  )
  expect(actual, why).toBeNear(expected, close)
}

/** Asserts that the result is a number near the expected one. */
export function expectNumber(actual: unknown, expected: number, why: string, close = CLOSE): void {
  expect(typeof actual, `${why}: a number`).toBe('number')
  expect(actual, why).toBeNear(expected, close)
}

/** The result, as an object with fields or functions. */
export function fields<T extends object>(result: T): T {
  expect(typeof result === 'object' && result !== null, 'an object with the documented fields').toBe(true)
  return result
}

/** The result, as a function to call. */
export function callable<F>(result: F, why: string): F {
  expect(typeof result, why).toBe('function')
  return result
}

/** The result, as the given number of floating-point numbers. */
export function floats(result: unknown, count: number, why: string): number[] {
  expect(result, why).toHaveShape([count])
  expect(result instanceof Float32Array || Array.isArray(result), `${why}: an array`).toBe(true)
  return Array.from(result as ArrayLike<number>)
}

/** The result, as lists of indices, each sorted. */
export function partsOf(result: unknown, count: number): number[][] {
  expect(Array.isArray(result), 'a list of parts').toBe(true)
  expect(result, 'one part per share').toHaveLength(count)
  return (result as unknown[]).map(part => {
    const isList = Array.isArray(part) || part instanceof Uint32Array
    expect(isList, 'a part is a list of indices').toBe(true)
    const indices: unknown[] = [...(part as Iterable<unknown>)]
    expect(
      indices.every(index => Number.isInteger(index)),
      'indices must be whole numbers',
    ).toBe(true)
    return (indices as number[]).sort((a, b) => a - b)
  })
}
