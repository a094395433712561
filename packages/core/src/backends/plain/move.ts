import type { FloatArray } from '../../backend.ts'
import { sizeOf } from '../../shape.ts'
import type { Allocate } from './elementwise.ts'

/** A contiguous array and its shape. */
export type Part = readonly [values: FloatArray, shape: readonly number[]]

/** Lays arrays one behind the other along an axis. */
export function concat(parts: readonly Part[], axis: number, allocate: Allocate): FloatArray {
  const outer = sizeOf(parts[0][1].slice(0, axis))
  const y = allocate(parts.reduce((size, [values]) => size + values.length, 0))
  let at = 0
  for (let o = 0; o < outer; o++) {
    for (const [values] of parts) {
      const length = values.length / outer
      y.set(values.subarray(o * length, (o + 1) * length), at)
      at += length
    }
  }
  return y
}

/** x [A, R, B] → y [A, n, B], y[a, i, b] = x[a, indices[i], b] */
export function gather([x, [A, R, B]]: Part, indices: Int32Array, allocate: Allocate): FloatArray {
  const n = indices.length
  const y = allocate(A * n * B)
  for (let a = 0; a < A; a++) {
    for (let i = 0; i < n; i++) {
      const from = (a * R + indices[i]) * B
      y.set(x.subarray(from, from + B), (a * n + i) * B)
    }
  }
  return y
}

/** dy [A, n, B] → dx [A, R, B], dx[a, indices[i], b] += dy[a, i, b]; added up in float64 whatever the dtype. */
export function scatterAdd([dy, [A, n, B]]: Part, indices: Int32Array, R: number, allocate: Allocate): FloatArray {
  const dx = new Float64Array(A * R * B)
  for (let a = 0; a < A; a++) {
    for (let i = 0; i < n; i++) {
      const to = (a * R + indices[i]) * B
      for (let b = 0; b < B; b++) dx[to + b] += dy[(a * n + i) * B + b]
    }
  }
  const rounded = allocate(dx.length)
  rounded.set(dx)
  return rounded
}
