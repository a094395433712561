import type { NestedNumbers, Unexpected } from './mismatch.ts'

/**
 * What a test may call "numbers": one number, nested arrays of numbers, a typed array, or something that looks like a
 * tensor. The values come from a student, often as plain data from another process, so nothing here trusts them: arrays are
 * only indexed, every walk is bounded by the expected shape, and no `valueOf`, `toString` or iterator is ever called.
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

/** Numbers in row-major order, with their shape. */
export interface Flat {
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
}

/** Deeper arrays have no shape: they may be cyclic. */
const MAX_RANK = 16

// The built-in getter, because an own property named `length` could say anything.
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

/** The shape, read along the first elements only; `flatten` finds out whether the rest agrees. */
export function shapeOf(x: unknown): readonly number[] | Unexpected {
  const shape: number[] = []
  let inner = x
  while (Array.isArray(inner)) {
    if (shape.length === MAX_RANK) return { text: `arrays nested more than ${MAX_RANK} deep` }
    shape.push(inner.length)
    if (inner.length === 0) return shape
    inner = inner[0]
  }
  if (isTyped(inner)) return [...shape, lengthOfTyped(inner)]
  if (shape.length === 0 && isTensorLike(inner)) return Array.from(inner.shape)
  if (typeof inner === 'number') return shape
  return unexpected(inner, shape.length === 0 ? '' : 'an array that begins with ')
}

/** All numbers of `x` in row-major order; `shape` comes from `shapeOf`. */
export function flatten(x: unknown, shape: readonly number[]): Flat | Unexpected {
  if (isTensorLike(x)) return ofTensor(x.dataSync(), shape)
  if (isTyped(x)) return { shape, values: x }
  const values: number[] = []
  return collect(x, shape, [], values) ?? { shape, values }
}

function ofTensor(values: unknown, shape: readonly number[]): Flat | Unexpected {
  const count = shape.reduce((product, size) => product * size, 1)
  if (!isTyped(values) && !Array.isArray(values)) return { text: `a tensor whose data is ${describe(values)}` }
  const length = isTyped(values) ? lengthOfTyped(values) : values.length
  if (length === count) return { shape, values: values as ArrayLike<number> }
  return { text: `a tensor of shape [${shape.join(', ')}] that holds ${length} numbers, not ${count}` }
}

/** Appends the numbers of `x`, which is at `index`, to `into`. Restores `index` when it returns `undefined`. */
function collect(x: unknown, shape: readonly number[], index: number[], into: number[]): Unexpected | undefined {
  const at = (): string => (index.length === 0 ? '' : ` at index [${index.join(', ')}]`)
  const axis = index.length
  if (axis === shape.length) {
    if (typeof x !== 'number') return unexpected(x, '', at())
    into.push(x)
    return undefined
  }
  if (!Array.isArray(x) && !isTyped(x)) return unexpected(x, '', at())
  const length = isTyped(x) ? lengthOfTyped(x) : x.length
  if (length !== shape[axis]) {
    return { text: `rows of different lengths: ${shape[axis]} at first, but ${length}${at()}` }
  }
  for (let i = 0; i < length; i++) {
    index.push(i)
    const found = collect(x[i], shape, index, into)
    if (found) return found
    index.pop()
  }
  return undefined
}

/** The value in a few words. */
export function unexpected(x: unknown, before = '', after = ''): Unexpected {
  const cause = x === undefined ? 'undefined' : isPromise(x) ? 'promise' : undefined
  return { text: `${before}${describe(x)}${after}`, ...(cause && { cause }) }
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

const isPromise = (x: unknown): boolean => x instanceof Promise

/** More numbers than this are not sent along with a mismatch. */
const MAX_NUMBERS = 64

/** A copy of a value that is a few numbers, in arrays of any depth and length; undefined for everything else. */
export function fewNumbers(x: unknown): NestedNumbers | undefined {
  let count = 0
  const copy = (value: unknown, depth: number): NestedNumbers | undefined => {
    if (typeof value === 'number') return ++count > MAX_NUMBERS ? undefined : value
    if (!(Array.isArray(value) || isTyped(value)) || depth === MAX_RANK) return undefined
    const length = isTyped(value) ? lengthOfTyped(value) : value.length
    if (length > MAX_NUMBERS) return undefined
    const parts: NestedNumbers[] = []
    for (let i = 0; i < length; i++) {
      const part = copy(value[i], depth + 1)
      if (part === undefined) return undefined
      parts.push(part)
    }
    return parts
  }
  if (!isTensorLike(x)) return copy(x, 0)
  const shape = shapeOf(x)
  const flat = 'text' in shape ? shape : flatten(x, shape)
  return 'text' in flat || flat.values.length > MAX_NUMBERS ? undefined : nested(Array.from(flat.values), flat.shape)
}

function nested(values: readonly number[], [length, ...inner]: readonly number[]): NestedNumbers {
  if (length === undefined) return values[0]
  const step = values.length / length
  return Array.from({ length }, (_, i) => nested(values.slice(i * step, (i + 1) * step), inner))
}
