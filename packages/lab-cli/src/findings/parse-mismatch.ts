import { stripVTControlCharacters } from 'node:util'
import { plainText } from '@backprop/safe-text'
import type { TestFailure } from '@backprop/test-runner'
import type { Mismatch, NestedNumbers } from '@backprop/testkit'
import { z } from 'zod'

/** Text that may come from student code, safe for a terminal. */
export const clean = (text: string): string => plainText(stripVTControlCharacters(text).trim(), 600)

// `z.number()` refuses NaN and infinities.
const number = z.custom<number>(x => typeof x === 'number')
const text = z.string().transform(clean)
const sizes = z.array(number).max(16)
const className = z.string().regex(/^\w{1,60}$/)

const cause = z.enum(['undefined', 'promise']).optional()
const unexpected = z.object({ text, cause })
const nested: z.ZodType<NestedNumbers> = z.lazy(() => z.union([number, z.array(nested).max(64)]))
const side = z.object({ text, cause, numbers: nested.optional() })
const sides = z.object({ expected: side, received: side })
const expectedError = z.object({ name: className.optional(), message: text.optional() })
const thrownError = z.object({ name: text, message: text, exercise: text.optional() })

/** What an assertion found. It crosses from a thread in which student code runs, which may have made it up. */
const MismatchData: z.ZodType<Mismatch> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('not-numbers'), expected: sizes, received: unexpected }),
  z.object({ kind: z.literal('shape'), expected: sizes, received: sizes, sides: sides.optional() }),
  z.object({
    kind: z.literal('numbers'),
    at: sizes,
    expected: number,
    received: number,
    tolerance: z.object({ relative: number, absolute: number }),
    off: number,
    count: number,
    sides,
  }),
  z.object({ kind: z.literal('unequal'), expected: side, received: side }),
  z.object({ kind: z.literal('length'), expected: number, received: z.union([number, unexpected]) }),
  z.object({ kind: z.literal('not-thrown'), expected: expectedError, received: side }),
  z.object({ kind: z.literal('wrong-error'), expected: expectedError, received: thrownError }),
  z.object({ kind: z.literal('unexpected-error'), received: thrownError }),
])

/** What the failed assertion found; undefined for other errors, and for matchers that attach nothing. */
export const mismatchOf = ({ mismatch }: TestFailure): Mismatch | undefined => MismatchData.safeParse(mismatch).data
