/**
 * What a test may call "numbers": one number, nested arrays of them, a typed array, or something that looks like a tensor.
 * The values come from a student, often as plain data from another process, so nothing here trusts them: arrays are only
 * indexed, every walk is bounded by the shape we expect, and no `valueOf`, `toString` or iterator of theirs is ever called.
 */
export interface TensorLike {
  readonly shape: readonly number[]
  dataSync(): ArrayLike<number>
}

/** Numbers in any of the forms that `toBeNear` compares. */
export type Numbers = number | TypedNumbers | readonly Numbers[] | TensorLike

type TypedNumbers =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array

/** A finding: what the value is, in words, when it is not what was wanted. */
export interface Problem {
  readonly problem: string
}

/** Numbers in row-major order, with their shape. */
export interface Flat {
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
}

/** An array may lie in arrays, but not for ever: a cyclic one has no shape. */
const MAX_RANK = 16

// The getter of the language, because an own property named `length` could say anything.
const typedLength = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'length')
const lengthOfTyped = (x: TypedNumbers): number => typedLength?.get?.call(x) as number

function isTyped(x: unknown): x is TypedNumbers {
  return (
    ArrayBuffer.isView(x) && !(x instanceof DataView) && !(x instanceof BigInt64Array || x instanceof BigUint64Array)
  )
}

function isTensorLike(x: unknown): x is TensorLike {
  if (typeof x !== 'object' || x === null || !('shape' in x) || !('dataSync' in x)) return false
  return Array.isArray(x.shape) && typeof x.dataSync === 'function'
}

/** The shape, read along the first elements only; the walk in `flatten` finds out whether the rest agrees. */
export function shapeOf(x: unknown): readonly number[] | Problem {
  const shape: number[] = []
  let inner = x
  while (Array.isArray(inner)) {
    if (shape.length === MAX_RANK) return { problem: `arrays nested more than ${MAX_RANK} deep` }
    shape.push(inner.length)
    if (inner.length === 0) return shape
    inner = inner[0]
  }
  if (isTyped(inner)) return [...shape, lengthOfTyped(inner)]
  if (shape.length === 0 && isTensorLike(inner)) return Array.from(inner.shape)
  if (typeof inner === 'number') return shape
  return { problem: shape.length === 0 ? describe(inner) : `an array that begins with ${describe(inner)}` }
}

/** All numbers of `x` in row-major order, once `shapeOf` said that its shape is `shape`. */
export function flatten(x: unknown, shape: readonly number[]): Flat | Problem {
  if (isTensorLike(x)) return ofTensor(x.dataSync(), shape)
  if (isTyped(x)) return { shape, values: x }
  const values: number[] = []
  const problem = collect(x, shape, [], values)
  return problem ?? { shape, values }
}

function ofTensor(values: unknown, shape: readonly number[]): Flat | Problem {
  const count = shape.reduce((product, size) => product * size, 1)
  if (!isTyped(values) && !Array.isArray(values)) return { problem: `a tensor whose data is ${describe(values)}` }
  const length = isTyped(values) ? lengthOfTyped(values) : values.length
  if (length === count) return { shape, values: values as ArrayLike<number> }
  return { problem: `a tensor of shape [${shape.join(', ')}] that holds ${length} numbers, not ${count}` }
}

/** Appends the numbers of `x`, which lies at `index`, to `into`; `index` is as it was when this returns `undefined`. */
function collect(x: unknown, shape: readonly number[], index: number[], into: number[]): Problem | undefined {
  const at = (): string => (index.length === 0 ? '' : ` at index [${index.join(', ')}]`)
  const axis = index.length
  if (axis === shape.length) {
    if (typeof x !== 'number') return { problem: describe(x) + at() }
    into.push(x)
    return undefined
  }
  if (!Array.isArray(x) && !isTyped(x)) return { problem: describe(x) + at() }
  const length = isTyped(x) ? lengthOfTyped(x) : x.length
  if (length !== shape[axis]) {
    return { problem: `rows of different lengths: ${shape[axis]} at first, but ${length}${at()}` }
  }
  for (let i = 0; i < length; i++) {
    index.push(i)
    const problem = collect(x[i], shape, index, into)
    if (problem) return problem
    index.pop()
  }
  return undefined
}

/** A few words for any value; never its own `toString`, never more than a line. */
export function describe(x: unknown): string {
  if (x === null || x === undefined) return String(x)
  if (typeof x === 'string') return x.length > 20 ? `the string ${quote(x.slice(0, 20))}…` : `the string ${quote(x)}`
  if (typeof x === 'number' || typeof x === 'boolean') return String(x)
  if (typeof x === 'bigint') return 'a bigint'
  if (Array.isArray(x)) return `an array of length ${x.length}`
  if (isTyped(x)) return 'a typed array'
  if (typeof x !== 'object') return `a ${typeof x}`
  return isPromise(x) ? 'a promise (is an await missing?)' : 'an object'
}

const quote = (text: string): string => JSON.stringify(text)

const isPromise = (x: object): boolean => x instanceof Promise
