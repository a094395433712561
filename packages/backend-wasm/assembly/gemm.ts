import { Product, Products, Start } from './blocks'
import { packColumns, packRows } from './pack'
import { packedTile, stridedTile, tileRows } from './tile'

// [M, K] × [K, N] in two ways: small products, and those with few rows, read both operands in place; all others are cut
// into blocks that fit the caches and are packed, which pays from about thirty rows on (Goto and van de Geijn, 2008).

/**
 * Steps of k in a block: a panel of b (8 × 256 numbers, 8 KB) stays in the L1 cache. Each block has its own sum, so that
 * long sums keep their digits.
 */
const K_BLOCK: i32 = 256
/** Rows of a block of a (96 × 256 numbers, 96 KB): it stays in the L2 cache. A multiple of 6 and of 4. */
const M_BLOCK: i32 = 96
const N_BLOCK: i32 = 1024

/** How many bytes `packedGemm` needs at `scratch`. */
export function packedGemmScratch(M: i32, N: i32, K: i32): i32 {
  const depth = min(K, K_BLOCK)
  return (depth * min((N + 7) & ~7, N_BLOCK) + depth * min(M, M_BLOCK)) << 2
}

/** For b contiguous along n. */
export function directGemm(p: Product): void {
  direct(p.M, p.N, p.K, p.a, p.aRow, p.aStep, p.b, p.bStep, p.c, p.cRow, p.init, p.bias)
}

function direct(
  M: i32, N: i32, K: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, init: i32, bias: usize,
): void {
  for (let m = 0; m < M; ) {
    const rows = tileRows(M - m)
    for (let n = 0; n < N; n += 8) {
      const byte = (<usize>n) << 2
      const biasHere = init == Start.columnBias ? bias + byte : bias + ((<usize>m) << 2)
      let k = 0
      do {
        const depth = min(K_BLOCK, K - k)
        const initHere = k == 0 ? init : Start.add
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

/** For any strides. */
export function packedGemm(p: Product): void {
  packed(p.M, p.N, p.K, p.a, p.aRow, p.aStep, p.b, p.bStep, p.bColumn, p.c, p.cRow, p.init, p.bias, p.scratch)
}

function packed(
  M: i32, N: i32, K: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, bColumn: usize, c: usize, cRow: usize,
  init: i32, bias: usize, packedA: usize,
): void {
  const packedB = packedA + ((<usize>(min(K, K_BLOCK) * min(M, M_BLOCK))) << 2)
  for (let n = 0; n < N; n += N_BLOCK) {
    const columns = min(N_BLOCK, N - n)
    for (let k = 0; k < K; k += K_BLOCK) {
      const depth = min(K_BLOCK, K - k)
      packColumns(b + bColumn * n + bStep * k, bStep, bColumn, depth, columns, packedB)
      for (let m = 0; m < M; m += M_BLOCK) {
        const rows = min(M_BLOCK, M - m)
        const from = a + aRow * m + aStep * k
        const biasHere = bias + ((<usize>(init == Start.columnBias ? n : m)) << 2)
        const to = c + cRow * m + ((<usize>n) << 2)
        const initHere = k == 0 ? init : Start.add
        packRows(from, aRow, aStep, rows, depth, packedA)
        block(rows, columns, depth, packedA, packedB, to, cRow, initHere, biasHere)
      }
    }
  }
}

/** Small matrices, which would each cost as much to call as to multiply. */
export function manyGemm(p: Products): void {
  const M = p.M
  const N = p.N
  const K = p.K
  const aRow = p.aRow
  const aStep = p.aStep
  const bStep = p.bStep
  const bColumn = p.bColumn
  const cRow = (<usize>N) << 2
  const scratch = p.scratch
  let a = p.a
  let b = p.b
  let c = p.c
  for (let i = p.count; i > 0; i--) {
    if (scratch == 0) direct(M, N, K, a, aRow, aStep, b, bStep, c, cRow, Start.zero, 0)
    else packed(M, N, K, a, aRow, aStep, b, bStep, bColumn, c, cRow, Start.zero, 0, scratch)
    a += p.aNext
    b += p.bNext
    c += p.cNext
  }
}

/** For a and b packed. Each panel of b meets every tile of a before the next panel. */
export function block(
  M: i32, N: i32, K: i32, a: usize, b: usize, c: usize, cRow: usize, init: i32, bias: usize,
): void {
  for (let n = 0; n < N; n += 8) {
    const columns = min(8, N - n)
    const byte = (<usize>n) << 2
    for (let m = 0; m < M; ) {
      const rows = tileRows(M - m)
      const biasHere = init == Start.columnBias ? bias + byte : bias + ((<usize>m) << 2)
      const from = a + ((<usize>(m * K)) << 2)
      packedTile(rows, from, b, 32, K, c + cRow * m + byte, cRow, init, biasHere, columns)
      m += rows
    }
    b += (<usize>K) << 5
  }
}
