import { packColumns, packRows } from './pack'
import { ADD, COLUMN_BIAS, packedTile, stridedTile, tileRows } from './tile'

// [M, K] × [K, N]. Two roads: tiny products, and those with a few rows, read both operands as they lie; all others are
// cut into blocks that fit the caches and packed, which pays from some thirty rows on.

/**
 * Steps of k in a block: a panel of b (8 × 256 numbers, 8 KB) stays in the first cache. Each block is a sum of its own,
 * so that long sums keep their digits.
 */
const K_BLOCK: i32 = 256
/** Rows of a block of a (96 × 256 numbers, 96 KB): it stays in the second cache. A multiple of 6 and of 4. */
const M_BLOCK: i32 = 96
const N_BLOCK: i32 = 1024

/** Bytes of scratch memory that `packedGemm` needs at `scratch`. */
export function packedGemmScratch(M: i32, N: i32, K: i32): i32 {
  const depth = min(K, K_BLOCK)
  return (depth * min((N + 7) & ~7, N_BLOCK) + depth * min(M, M_BLOCK)) << 2
}

/** b contiguous along n. `aRow`, `aStep`, `bStep`, `cRow`: bytes from one to the next. */
export function directGemm(
  M: i32, N: i32, K: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize,
  init: i32, bias: usize,
): void {
  for (let m = 0; m < M; ) {
    const rows = tileRows(M - m)
    for (let n = 0; n < N; n += 8) {
      const byte = (<usize>n) << 2
      const biasHere = init == COLUMN_BIAS ? bias + byte : bias + ((<usize>m) << 2)
      let k = 0
      do {
        const depth = min(K_BLOCK, K - k)
        const initHere = k == 0 ? init : ADD
        const columns = min(8, N - n)
        stridedTile(rows, a + aStep * k, aRow, aStep, b + byte + bStep * k, bStep, depth, c + byte, cRow, initHere, biasHere, columns)
        k += K_BLOCK
      } while (k < K)
    }
    a += aRow * rows
    c += cRow * rows
    m += rows
  }
}

/** Any strides. */
export function packedGemm(
  M: i32, N: i32, K: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, bColumn: usize, c: usize,
  cRow: usize, init: i32, bias: usize, scratch: usize,
): void {
  const packedA = scratch
  const packedB = scratch + ((<usize>(min(K, K_BLOCK) * min(M, M_BLOCK))) << 2)
  for (let n = 0; n < N; n += N_BLOCK) {
    const columns = min(N_BLOCK, N - n)
    for (let k = 0; k < K; k += K_BLOCK) {
      const depth = min(K_BLOCK, K - k)
      packColumns(b + bColumn * n + bStep * k, bStep, bColumn, depth, columns, packedB)
      for (let m = 0; m < M; m += M_BLOCK) {
        const rows = min(M_BLOCK, M - m)
        const from = a + aRow * m + aStep * k
        const biasHere = bias + ((<usize>(init == COLUMN_BIAS ? n : m)) << 2)
        const to = c + cRow * m + ((<usize>n) << 2)
        const initHere = k == 0 ? init : ADD
        packRows(from, aRow, aStep, rows, depth, packedA)
        block(rows, columns, depth, packedA, packedB, to, cRow, initHere, biasHere)
      }
    }
  }
}

/** a and b packed. Each panel of b meets all tiles of a before the next panel comes. */
export function block(
  M: i32, N: i32, K: i32, a: usize, b: usize, c: usize, cRow: usize, init: i32, bias: usize,
): void {
  for (let n = 0; n < N; n += 8) {
    const columns = min(8, N - n)
    const byte = (<usize>n) << 2
    for (let m = 0; m < M; ) {
      const rows = tileRows(M - m)
      const biasHere = init == COLUMN_BIAS ? bias + byte : bias + ((<usize>m) << 2)
      const from = a + ((<usize>(m * K)) << 2)
      packedTile(rows, from, b, 32, K, c + cRow * m + byte, cRow, init, biasHere, columns)
      m += rows
    }
    b += (<usize>K) << 5
  }
}
