/**
 * What an assertion found, as data. The matchers attach it to the error that they throw, so that a screen can word it for
 * its readers; `mismatchText` is the wording of the error itself.
 */
export type Mismatch =
  /** Numbers of this shape were expected, and the value is something else. */
  | { readonly kind: 'not-numbers'; readonly expected: readonly number[]; readonly received: Unexpected }
  | ShapeMismatch
  | NumbersMismatch
  | ({ readonly kind: 'unequal' } & Sides)
  | { readonly kind: 'length'; readonly expected: number; readonly received: number | Unexpected }
  /** An error was expected, and the call returned. */
  | { readonly kind: 'not-thrown'; readonly expected: ExpectedError; readonly received: Side }
  | { readonly kind: 'wrong-error'; readonly expected: ExpectedError; readonly received: ThrownError }
  /** No error was expected. */
  | { readonly kind: 'unexpected-error'; readonly received: ThrownError }

/** The shapes differ. */
export interface ShapeMismatch {
  readonly kind: 'shape'
  readonly expected: readonly number[]
  readonly received: readonly number[]
  /** Missing if only shapes were compared. */
  readonly sides?: Sides
}

/** Two numbers agree when |actual − expected| ≤ absolute + relative · |expected|. */
export interface Tolerance {
  readonly relative?: number
  readonly absolute?: number
}

/** Some numbers are too far off; `at`, `expected` and `received` describe the first one. */
export interface NumbersMismatch {
  readonly kind: 'numbers'
  /** Index of the first number that is off; `[]` for a single number. */
  readonly at: readonly number[]
  readonly expected: number
  readonly received: number
  readonly tolerance: Required<Tolerance>
  /** How many numbers are off, and how many there are. */
  readonly off: number
  readonly count: number
  readonly sides: Sides
}

/** Both values of a comparison. */
export interface Sides {
  readonly expected: Side
  readonly received: Side
}

/** A value of the wrong kind, described in a few words; `cause` if beginners often run into it. */
export interface Unexpected {
  readonly text: string
  readonly cause?: 'undefined' | 'promise'
}

/** A value as one line of text, and as numbers if it has nothing else, and not too many. */
export interface Side extends Unexpected {
  readonly numbers?: NestedNumbers
}

/** Arrays of numbers of any depth; rows may have different lengths. */
export type NestedNumbers = number | readonly NestedNumbers[]

/** The class of an error, or (part of) its message; neither if any error will do. */
export interface ExpectedError {
  readonly name?: string
  readonly message?: string
}

/** What was thrown. */
export interface ThrownError {
  readonly name: string
  readonly message: string
  /** The exercise whose stub threw it, if a stub did. */
  readonly exercise?: string
}

/** One short sentence. */
export function mismatchText(mismatch: Mismatch): string {
  switch (mismatch.kind) {
    case 'not-numbers':
      return `expected ${numbersOfShape(mismatch.expected)}, but got ${mismatch.received.text}`
    case 'shape':
      return `the shape is ${shapeText(mismatch.received)}, expected ${shapeText(mismatch.expected)}`
    case 'numbers':
      return numbersText(mismatch)
    case 'unequal':
      return `expected ${mismatch.expected.text}, but got ${mismatch.received.text}`
    case 'length': {
      const { expected, received } = mismatch
      return typeof received === 'number'
        ? `expected a length of ${expected}, but got ${received}`
        : `expected something of length ${expected}, but got ${received.text}`
    }
    case 'not-thrown':
      return `expected ${errorText(mismatch.expected)} to be thrown, but the call returned ${mismatch.received.text}`
    case 'wrong-error':
      return `expected ${errorText(mismatch.expected)} to be thrown, but got ${thrownText(mismatch.received)}`
    case 'unexpected-error':
      return `expected no error, but got ${thrownText(mismatch.received)}`
  }
}

function numbersText({ at, expected, received, tolerance, off, count }: NumbersMismatch): string {
  const isFinite = Number.isFinite(received) && Number.isFinite(expected)
  const difference = `(difference ${digits(Math.abs(received - expected), 2)}, allowed ${digits(allowedBy(tolerance, expected), 2)})`
  const numbers = `${digits(received)}, expected ${digits(expected)}${isFinite ? ` ${difference}` : ''}`
  if (at.length === 0) return `it is ${numbers}`
  const index = `[${at.join(', ')}]`
  if (off === 1) return `1 of ${count} numbers is off: at index ${index}, it is ${numbers}`
  return `${off} of ${count} numbers are off; the first, at index ${index}, is ${numbers}`
}

/** The largest difference from the expected number that is allowed. */
export const allowedBy = ({ relative, absolute }: Required<Tolerance>, expected: number): number =>
  absolute + relative * Math.abs(expected)

/** Whether two numbers agree; NaN agrees with NaN. */
export function near(actual: number, expected: number, tolerance: Required<Tolerance>): boolean {
  if (actual === expected) return true
  if (Number.isNaN(expected)) return Number.isNaN(actual)
  if (!Number.isFinite(expected) || !Number.isFinite(actual)) return false
  return Math.abs(actual - expected) <= allowedBy(tolerance, expected)
}

const digits = (x: number, count = 9): string => String(Number(x.toPrecision(count)))

const errorText = ({ name, message }: ExpectedError): string => {
  const kind = name === undefined ? 'an error' : `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`
  return message === undefined ? kind : `${kind} with the message ${message}`
}

const thrownText = ({ name, message }: ThrownError): string => `${name}: ${message}`

const numbersOfShape = (shape: readonly number[]): string =>
  shape.length === 0 ? 'a number' : `numbers of shape ${shapeText(shape)}`

/** More axes than this are left out. */
const MAX_AXES = 16

function shapeText(shape: readonly number[]): string {
  if (shape.length === 0) return '[] (a single number)'
  const sizes = shape.slice(0, MAX_AXES).map(size => (typeof size === 'number' ? digits(size) : '?'))
  return `[${[...sizes, ...(shape.length > MAX_AXES ? ['…'] : [])].join(', ')}]`
}
