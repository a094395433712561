import type { FloatArray } from '../../backend.ts'
import type { Allocate, Strided } from './strided.ts'

/**
 * [M, K] × [K, N] → [M, N], as dot products of rows of `a` with columns of `b`.
 *
 * Both operands are first packed as float64 with K innermost, whatever their strides: that costs one pass, and then the
 * inner loop reads forwards, converts nothing, and adds up in float64. It computes a tile of 4 × 2 results at a time:
 * six reads feed eight multiply-adds, and the eight sums stay in registers.
 */
export function matmul(a: Strided, b: Strided, allocate: Allocate): FloatArray {
  const [M, K] = a.shape
  const N = b.shape[1]
  const rows = pack(a, M, K, a.strides[0], a.strides[1], 4)
  const columns = pack(b, N, K, b.strides[1], b.strides[0], 2)
  const y = allocate(M * N)
  for (let m = 0; m < M; m += 4) for (let n = 0; n < N; n += 2) tile(rows, columns, y, m, n, M, N, K)
  return y
}

/** Copies `count` lines of K numbers each, and rounds `count` up with lines of zeros so that tiles need no edges. */
function pack(x: Strided, count: number, K: number, line: number, along: number, tileSize: number): Float64Array {
  const { values, offset } = x
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
