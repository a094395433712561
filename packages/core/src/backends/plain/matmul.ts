import type { FloatArray } from '../../backend.ts'
import { sizeOf } from '../../shape.ts'
import type { Allocate, Strided } from './strided.ts'

/**
 * [...B, M, K] × [...B, K, N] → [...B, M, N], as dot products of rows of `a` with columns of `b`.
 *
 * Both operands are first packed as float64 with K innermost, whatever their strides: that costs one pass, and then the
 * inner loop reads forwards, converts nothing, and adds up in float64. It computes a tile of 4 × 2 results at a time:
 * six reads feed eight multiply-adds, and the eight sums stay in registers.
 */
export function matmul(a: Strided, b: Strided, allocate: Allocate): FloatArray {
  const batch = a.shape.slice(0, -2)
  const [M, K, N] = [...a.shape.slice(-2), b.shape[b.shape.length - 1]]
  const y = allocate(sizeOf(batch) * M * N)
  for (let at = 0; at * M * N < y.length; at++) {
    const rows = pack(a, offsetOf(a, at), [M, K], a.strides.slice(-2), 4)
    const columns = pack(b, offsetOf(b, at), [N, K], b.strides.slice(-2).reverse(), 2)
    const out = y.subarray(at * M * N, (at + 1) * M * N)
    for (let m = 0; m < M; m += 4) for (let n = 0; n < N; n += 2) tile(rows, columns, out, m, n, M, N, K)
  }
  return y
}

/** Where the `at`-th matrix of a stack begins. */
function offsetOf({ shape, strides, offset }: Strided, at: number): number {
  for (let axis = shape.length - 3; axis >= 0; axis--) {
    offset += (at % shape[axis]) * strides[axis]
    at = Math.floor(at / shape[axis])
  }
  return offset
}

/** Copies lines of K numbers each, and rounds their count up with lines of zeros so that tiles need no edges. */
function pack(
  { values }: Strided,
  offset: number,
  [count, K]: readonly number[],
  [line, along]: readonly number[],
  tileSize: number,
): Float64Array {
  const packed = new Float64Array(Math.ceil(count / tileSize) * tileSize * K)
  for (let i = 0; i < count; i++) {
    const start = offset + i * line
    for (let k = 0; k < K; k++) packed[i * K + k] = values[start + k * along]
  }
  return packed
}

function tile(
  a: Float64Array,
  b: Float64Array,
  y: FloatArray,
  m: number,
  n: number,
  M: number,
  N: number,
  K: number,
): void {
  let [c00, c01, c10, c11, c20, c21, c30, c31] = [0, 0, 0, 0, 0, 0, 0, 0]
  const [i0, i1, i2, i3] = [m * K, (m + 1) * K, (m + 2) * K, (m + 3) * K]
  const [j0, j1] = [n * K, (n + 1) * K]
  for (let k = 0; k < K; k++) {
    const b0 = b[j0 + k]
    const b1 = b[j1 + k]
    const a0 = a[i0 + k]
    const a1 = a[i1 + k]
    const a2 = a[i2 + k]
    const a3 = a[i3 + k]
    c00 += a0 * b0
    c01 += a0 * b1
    c10 += a1 * b0
    c11 += a1 * b1
    c20 += a2 * b0
    c21 += a2 * b1
    c30 += a3 * b0
    c31 += a3 * b1
  }
  store(y, m, n, M, N, c00, c01)
  store(y, m + 1, n, M, N, c10, c11)
  store(y, m + 2, n, M, N, c20, c21)
  store(y, m + 3, n, M, N, c30, c31)
}

function store(y: FloatArray, m: number, n: number, M: number, N: number, left: number, right: number): void {
  if (m >= M) return
  y[m * N + n] = left
  if (n + 1 < N) y[m * N + n + 1] = right
}
