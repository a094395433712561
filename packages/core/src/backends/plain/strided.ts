import type { FloatArray } from '../../backend.ts'

/** A window on a typed array, as the loops of the plain backend see it. */
export interface Strided {
  readonly values: FloatArray
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly offset: number
}

/** Makes room for the result of a kernel, filled with zeros. */
export type Allocate = (size: number) => FloatArray
