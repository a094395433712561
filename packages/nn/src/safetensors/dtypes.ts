import type { Shape } from '@backprop/core'

/** The array of each dtype that JavaScript has one for; the format also has half precision, BOOL and 8-bit floats. */
export const arrayOf = {
  F64: Float64Array,
  F32: Float32Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U64: BigUint64Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
} as const

/** A dtype that JavaScript has an array for. */
export type Dtype = keyof typeof arrayOf

type Integers = Int32Array | Int16Array | Int8Array | Uint32Array | Uint16Array | Uint8Array
type Values = Float64Array | Float32Array | Integers | BigInt64Array | BigUint64Array

/** Numbers with a shape, in row-major order; the kind of array is their dtype. */
export interface StoredTensor {
  readonly shape: Shape
  readonly values: Values
}

/** The content of a safetensors file. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** Texts about the file, by name. */
  readonly metadata: Readonly<Record<string, string>>
}

/** The header's entry for one tensor; the offsets count from the end of the header. */
export interface Entry {
  readonly dtype: Dtype
  readonly shape: Shape
  readonly data_offsets: readonly [begin: number, end: number]
}

/** The one name in the header that is not a tensor. */
export const METADATA = '__metadata__'

/** The names of all these dtypes. */
export const dtypes = Object.keys(arrayOf) as readonly Dtype[]

/** Whether a value is the name of such a dtype. */
export const isDtype = (name: unknown): name is Dtype => dtypes.some(dtype => dtype === name)
