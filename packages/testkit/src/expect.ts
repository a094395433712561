import { expect } from 'vitest'
import { type ExpectedError, type Mismatch, mismatchText, type ThrownError, type Tolerance } from './mismatch.ts'
import { compare, compareShape, type Numbers, sideOf, type Verdict } from './near.ts'
import { unexpected } from './numbers.ts'
import { NotImplemented } from './todo.ts'

declare module 'vitest' {
  // The names of the type parameters must be those of Vitest, though only one of them is used here.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** Same kind, same shape, and each number near: |actual − expected| ≤ absolute (1e-9) + relative (1e-6) · |expected|. */
    toBeNear: (expected: Numbers, tolerance?: Tolerance) => R
    /** A tensor, array or number has this shape; a single number has shape `[]`. */
    toHaveShape: (shape: readonly number[]) => R
    /** A promise, or an async function, rejects as `toThrow` asks. Unlike `.rejects`, a failure keeps the test's reason. */
    toReject: (expected?: unknown) => Promise<void>
  }
}

/** What a matcher adds to the error that it throws. */
export interface MatcherData {
  readonly mismatch: Mismatch
  /** The error's message without the reason that the test gave. */
  readonly text: string
}

/**
 * Besides three matchers of our own, some of Vitest's are replaced by ones that decide the same, but attach what they found
 * to the error as data (`MatcherData`).
 */
expect.extend({
  toBeNear: (received: unknown, expected: Numbers, tolerance: Tolerance = {}) =>
    resultOf(compare(received, expected, tolerance)),

  toHaveShape: (received: unknown, shape: readonly number[]) => resultOf(compareShape(received, shape)),

  toBe: (received: unknown, expected: unknown) => equality(Object.is(received, expected), received, expected),

  toEqual(received: unknown, expected: unknown) {
    const testers = [...this.customTesters, this.utils.iterableEquality]
    return equality(this.equals(received, expected, testers), received, expected)
  },

  toHaveLength(received: unknown, expected: number) {
    const { length } = Object(received ?? {}) as { readonly length?: unknown }
    const found = typeof length === 'number' ? length : unexpected(received)
    return resultOf(verdict(length === expected, { kind: 'length', expected, received: found }))
  },

  toThrow(received: unknown, expected?: unknown) {
    const call = this.promise === 'rejects' ? { thrown: received } : outcomeOf(received)
    return judgeCall(call, expected, (a, b) => this.equals(a, b))
  },

  async toReject(received: unknown, expected?: unknown) {
    return judgeCall(await awaited(received), expected, (a, b) => this.equals(a, b))
  },
})

/** `mismatch` describes the failure: for `toThrow`, also that of a negated matcher. */
const verdict = (pass: boolean, mismatch: Mismatch): Verdict => ({ pass, message: mismatchText(mismatch), mismatch })

function equality(pass: boolean, received: unknown, expected: unknown) {
  const mismatch = { kind: 'unequal', expected: sideOf(expected), received: sideOf(received) } as const
  return { ...resultOf(verdict(pass, mismatch)), actual: received, expected }
}

/** What Vitest wants to know of a matcher. A negated matcher fails when it passes. */
function resultOf({ pass, message, mismatch }: Verdict) {
  const isNegatable = mismatch?.kind === 'unexpected-error'
  const text = pass && !isNegatable ? `${mismatch ? 'both are equal' : message}, but should not be` : message
  const meta = mismatch && (!pass || isNegatable) ? ({ mismatch, text } satisfies MatcherData) : undefined
  const sides = mismatch?.kind === 'numbers' ? mismatch.sides : undefined
  return { pass, message: () => text, meta, actual: sides?.received.text, expected: sides?.expected.text }
}

/** How a call ended. */
type Outcome = { readonly thrown: unknown } | { readonly returned: unknown }
type Equals = (a: unknown, b: unknown) => boolean

function judgeCall(call: Outcome, expected: unknown, equals: Equals) {
  if (!('thrown' in call))
    return resultOf(
      verdict(false, { kind: 'not-thrown', expected: expectedError(expected), received: sideOf(call.returned) }),
    )
  const error = thrownError(call.thrown)
  if (!isExpected(call.thrown, expected, equals))
    return resultOf(verdict(false, { kind: 'wrong-error', expected: expectedError(expected), received: error }))
  return resultOf(verdict(true, { kind: 'unexpected-error', received: error }))
}

const awaited = async (call: unknown): Promise<Outcome> => {
  try {
    return { returned: await (typeof call === 'function' ? (call as () => unknown)() : call) }
  } catch (thrown) {
    return { thrown }
  }
}

function outcomeOf(f: unknown): Outcome {
  if (typeof f !== 'function') throw new TypeError('toThrow: expected a function to call, for example () => f(x).')
  try {
    return { returned: (f as () => unknown)() }
  } catch (thrown) {
    return { thrown }
  }
}

function isExpected(thrown: unknown, expected: unknown, equals: Equals): boolean {
  if (expected === undefined) return true
  if (typeof expected === 'string') return messageOf(thrown).includes(expected)
  if (expected instanceof RegExp) return expected.test(messageOf(thrown))
  if (typeof expected === 'function') return thrown instanceof expected
  return equals(thrown, expected)
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

function expectedError(expected: unknown): ExpectedError {
  if (typeof expected === 'function') return { name: expected.name }
  if (typeof expected === 'string') return { message: JSON.stringify(expected) }
  if (expected instanceof RegExp) return { message: String(expected) }
  if (expected instanceof Error) return { name: expected.name, message: JSON.stringify(expected.message) }
  return {}
}

function thrownError(thrown: unknown): ThrownError {
  const exercise = thrown instanceof NotImplemented ? { exercise: thrown.exercise } : {}
  if (thrown instanceof Error) return { name: thrown.name, message: thrown.message, ...exercise }
  return { name: 'not an Error', message: sideOf(thrown).text }
}

export { expect }
export { test } from 'vitest'
