import type { FloatArray } from '../../backend.ts'
import { sizeOf } from '../../shape.ts'
import { type Allocate, type Strided, unary } from './elementwise.ts'

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
    const rows = pack(a, at, [M, K], a.strides.slice(-2), 4)
    const columns = pack(b, at, [N, K], b.strides.slice(-2).reverse(), 2)
    const out = y.subarray(at * M * N, (at + 1) * M * N)
    for (let m = 0; m < M; m += 4) for (let n = 0; n < N; n += 2) tile(rows, columns, out, m, n, [M, N, K])
  }
  return y
}

/** The `at`-th matrix of a stack as [lines, K], and behind it lines of zeros so that tiles need no edges. */
function pack(x: Strided, at: number, [lines, K]: number[], strides: number[], tileSize: number): FloatArray {
  let offset = x.offset
  for (let axis = x.shape.length - 3; axis >= 0; at = Math.floor(at / x.shape[axis--]))
    offset += (at % x.shape[axis]) * x.strides[axis]
  const room = () => new Float64Array(Math.ceil(lines / tileSize) * tileSize * K)
  return unary('copy', { values: x.values, shape: [lines, K], strides, offset }, room)
}

/** y[m…m+3, n…n+1] = Σ a[m, k] b[n, k] */
function tile(a: FloatArray, b: FloatArray, y: FloatArray, m: number, n: number, [M, N, K]: readonly number[]) {
  let [c00, c01, c10, c11, c20, c21, c30, c31] = [0, 0, 0, 0, 0, 0, 0, 0]
  for (let k = 0, i = m * K, j = n * K; k < K; k++, i++, j++) {
    const b0 = b[j]
    const b1 = b[j + K]
    const a0 = a[i]
    const a1 = a[i + K]
    const a2 = a[i + 2 * K]
    const a3 = a[i + 3 * K]
    c00 += a0 * b0
    c01 += a0 * b1
    c10 += a1 * b0
    c11 += a1 * b1
    c20 += a2 * b0
    c21 += a2 * b1
    c30 += a3 * b0
    c31 += a3 * b1
  }
  const rows = [c00, c01, c10, c11, c20, c21, c30, c31]
  for (let r = 0; r < Math.min(4, M - m); r++)
    for (let c = 0; c < Math.min(2, N - n); c++) y[(m + r) * N + n + c] = rows[2 * r + c]
}
