import { expect } from 'vitest'
import { compare, compareShape } from './near.ts'
import type { Numbers, Tolerance } from './near.ts'
import { summarize } from './summarize.ts'

declare module 'vitest' {
  // The names of the type parameters must be those of Vitest, though only one of them is used here.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** Same kind, same shape, and each number near: |actual − expected| ≤ absolute (1e-9) + relative (1e-6) · |expected|. */
    toBeNear: (expected: Numbers, tolerance?: Tolerance) => R
    /** A tensor, array or number has this shape; a single number has shape `[]`. */
    toHaveShape: (shape: readonly number[]) => R
  }
}

expect.extend({
  toBeNear(received: unknown, expected: Numbers, tolerance: Tolerance = {}) {
    const { pass, message } = compare(received, expected, tolerance)
    if (pass) return { pass, message: () => `${message}, but should not be` }
    return { pass, message: () => message, actual: summarize(received), expected: summarize(expected) }
  },
  toHaveShape(received: unknown, shape: readonly number[]) {
    const { pass, message } = compareShape(received, shape)
    return { pass, message: () => (pass ? `${message}, but should not be` : message) }
  },
})

export { expect }
export { test } from 'vitest'
