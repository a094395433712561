import { Start } from './blocks'
import { madd, storeSome } from './simd'

// The micro-kernel: everything that multiplies matrices ends here. A tile of up to 6 × 8 results stays in registers
// while k runs; each step loads two vectors of b and multiplies them by one number of each row of a. Parameters in capitals
// are constants at every call: the compiler makes one loop for each combination.

/** Rows are `rowStride` apart, steps of k `stepStride`. */
export const STRIDED: i32 = 0
/** Rows of a tile interleaved, so that one pointer walks through all of them. */
export const PACKED: i32 = 1
/** a as PACKED; the k-th row of b is at b + offsets[k], for convolutions. */
export const INDEXED: i32 = 2

/** As INDEXED, for two rows of at most four results each: the second vector is `stepStride` after the first. */
export const PAIRED: i32 = 3

/** Six rows need 12 sums, 2 vectors of b and 1 of a: 15 of 16 registers. Without a fused multiply-add there is a product too. */
export const MAX_ROWS: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4

/** How many rows the next tile takes: 8 are 4 + 4, because 6 + 2 leaves a slow one. */
// @ts-ignore: decorator
@inline
export function tileRows(left: i32): i32 {
  if (MAX_ROWS == 6) {
    if (left == 7 || left == 8) return 4
    return min(left, 6)
  }
  return min(left, 4)
}

// @ts-ignore: decorator
@inline
function start(init: i32, bias: usize, row: usize, byte: usize): v128 {
  if (init == Start.columnBias) return v128.load(bias + byte)
  if (init == Start.rowBias) return v128.load_splat<f32>(bias + row * 4)
  return f32x4.splat(0)
}

/**
 * c[rows, columns] = start + Σ a[row, k] b[k, column], or that added to c. Reads whole vectors of b, c and bias, even if
 * `columns` is less; writes `columns` numbers of each row.
 */
// @ts-ignore: decorator
@inline
function tile(
  MODE: i32,
  ROWS: i32,
  VECTORS: i32,
  a: usize,
  rowStride: usize,
  stepStride: usize,
  b: usize,
  bStride: usize,
  K: i32,
  c: usize,
  cStride: usize,
  init: i32,
  bias: usize,
  columns: i32,
): void {
  const c1 = c + cStride
  const c2 = c1 + cStride
  const c3 = c2 + cStride
  const c4 = c3 + cStride
  const c5 = c4 + cStride
  let s00 = start(init, bias, 0, 0)
  let s01 = VECTORS > 1 ? start(init, bias, 0, 16) : s00
  let s10 = ROWS > 1 ? start(init, bias, 1, 0) : s00
  let s11 = ROWS > 1 && VECTORS > 1 ? start(init, bias, 1, 16) : s00
  let s20 = ROWS > 2 ? start(init, bias, 2, 0) : s00
  let s21 = ROWS > 2 && VECTORS > 1 ? start(init, bias, 2, 16) : s00
  let s30 = ROWS > 3 ? start(init, bias, 3, 0) : s00
  let s31 = ROWS > 3 && VECTORS > 1 ? start(init, bias, 3, 16) : s00
  let s40 = ROWS > 4 ? start(init, bias, 4, 0) : s00
  let s41 = ROWS > 4 && VECTORS > 1 ? start(init, bias, 4, 16) : s00
  let s50 = ROWS > 5 ? start(init, bias, 5, 0) : s00
  let s51 = ROWS > 5 && VECTORS > 1 ? start(init, bias, 5, 16) : s00

  let a0 = a
  let a1 = a + rowStride
  let a2 = a1 + rowStride
  let a3 = a2 + rowStride
  let a4 = a3 + rowStride
  let a5 = a4 + rowStride
  let from = b
  for (let k = 0; k < K; k++) {
    // With MODE INDEXED, bStride is where the table of offsets begins.
    if (MODE == INDEXED || MODE == PAIRED) from = b + load<u32>(bStride + ((<usize>k) << 2))
    const b0 = v128.load(from)
    const b1 = MODE == PAIRED ? v128.load(from + stepStride) : VECTORS > 1 ? v128.load(from, 16) : b0
    let x = v128.load_splat<f32>(a0)
    s00 = madd(x, b0, s00)
    if (VECTORS > 1) s01 = madd(x, b1, s01)
    if (ROWS > 1) {
      x = MODE == STRIDED ? v128.load_splat<f32>(a1) : v128.load_splat<f32>(a0, 4)
      s10 = madd(x, b0, s10)
      if (VECTORS > 1) s11 = madd(x, b1, s11)
    }
    if (ROWS > 2) {
      x = MODE == STRIDED ? v128.load_splat<f32>(a2) : v128.load_splat<f32>(a0, 8)
      s20 = madd(x, b0, s20)
      if (VECTORS > 1) s21 = madd(x, b1, s21)
    }
    if (ROWS > 3) {
      x = MODE == STRIDED ? v128.load_splat<f32>(a3) : v128.load_splat<f32>(a0, 12)
      s30 = madd(x, b0, s30)
      if (VECTORS > 1) s31 = madd(x, b1, s31)
    }
    if (ROWS > 4) {
      x = MODE == STRIDED ? v128.load_splat<f32>(a4) : v128.load_splat<f32>(a0, 16)
      s40 = madd(x, b0, s40)
      if (VECTORS > 1) s41 = madd(x, b1, s41)
    }
    if (ROWS > 5) {
      x = MODE == STRIDED ? v128.load_splat<f32>(a5) : v128.load_splat<f32>(a0, 20)
      s50 = madd(x, b0, s50)
      if (VECTORS > 1) s51 = madd(x, b1, s51)
    }
    if (MODE == STRIDED || MODE == PACKED) from += bStride
    if (MODE == STRIDED) {
      a0 += stepStride
      if (ROWS > 1) a1 += stepStride
      if (ROWS > 2) a2 += stepStride
      if (ROWS > 3) a3 += stepStride
      if (ROWS > 4) a4 += stepStride
      if (ROWS > 5) a5 += stepStride
    } else a0 += 4 * ROWS
  }
  finish(MODE, VECTORS, init, c, s00, s01, columns)
  if (ROWS > 1) finish(MODE, VECTORS, init, c1, s10, s11, columns)
  if (ROWS > 2) finish(MODE, VECTORS, init, c2, s20, s21, columns)
  if (ROWS > 3) finish(MODE, VECTORS, init, c3, s30, s31, columns)
  if (ROWS > 4) finish(MODE, VECTORS, init, c4, s40, s41, columns)
  if (ROWS > 5) finish(MODE, VECTORS, init, c5, s50, s51, columns)
}

// @ts-ignore: decorator
@inline
function finish(MODE: i32, VECTORS: i32, init: i32, c: usize, left: v128, right: v128, columns: i32): void {
  if (MODE == PAIRED) {
    const next = c + ((<usize>columns) << 2)
    if (init == Start.add) {
      left = f32x4.add(v128.load(c), left)
      right = f32x4.add(v128.load(next), right)
    }
    storeSome(c, left, columns)
    storeSome(next, right, columns)
    return
  }
  if (init == Start.add) {
    left = f32x4.add(v128.load(c), left)
    if (VECTORS > 1) right = f32x4.add(v128.load(c, 16), right)
  }
  if (VECTORS > 1 && columns >= 8) {
    v128.store(c, left)
    v128.store(c, right, 16)
    return
  }
  storeSome(c, left, columns)
  if (VECTORS > 1) storeSome(c + 16, right, columns - 4)
}

// @ts-ignore: decorator
@inline
function tileOfRows(
  MODE: i32, VECTORS: i32, rows: i32, a: usize, rowStride: usize, stepStride: usize, b: usize, bStride: usize,
  K: i32, c: usize, cStride: usize, init: i32, bias: usize, columns: i32,
): void {
  if (rows == 6) {
    if (MAX_ROWS == 6) tile(MODE, 6, VECTORS, a, rowStride, stepStride, b, bStride, K, c, cStride, init, bias, columns)
  } else if (rows == 5) {
    if (MAX_ROWS == 6) tile(MODE, 5, VECTORS, a, rowStride, stepStride, b, bStride, K, c, cStride, init, bias, columns)
  } else if (rows == 4) tile(MODE, 4, VECTORS, a, rowStride, stepStride, b, bStride, K, c, cStride, init, bias, columns)
  else if (rows == 3) tile(MODE, 3, VECTORS, a, rowStride, stepStride, b, bStride, K, c, cStride, init, bias, columns)
  else if (rows == 2) tile(MODE, 2, VECTORS, a, rowStride, stepStride, b, bStride, K, c, cStride, init, bias, columns)
  else tile(MODE, 1, VECTORS, a, rowStride, stepStride, b, bStride, K, c, cStride, init, bias, columns)
}

/** A tile that reads a in place: `rowStride` and `stepStride` may be anything, so a transpose costs nothing. */
export function stridedTile(
  rows: i32, a: usize, rowStride: usize, stepStride: usize, b: usize, bStride: usize, K: i32, c: usize,
  cStride: usize, init: i32, bias: usize, columns: i32,
): void {
  if (columns > 4) {
    tileOfRows(STRIDED, 2, rows, a, rowStride, stepStride, b, bStride, K, c, cStride, init, bias, columns)
  } else tileOfRows(STRIDED, 1, rows, a, rowStride, stepStride, b, bStride, K, c, cStride, init, bias, columns)
}

/** A tile with a packed by `packRows`. */
export function packedTile(
  rows: i32, a: usize, b: usize, bStride: usize, K: i32, c: usize, cStride: usize, init: i32, bias: usize, columns: i32,
): void {
  if (columns > 4) tileOfRows(PACKED, 2, rows, a, 0, 0, b, bStride, K, c, cStride, init, bias, columns)
  else tileOfRows(PACKED, 1, rows, a, 0, 0, b, bStride, K, c, cStride, init, bias, columns)
}

/** A tile with a packed by `packRows`, and row k of b at b + offsets[k]. */
export function indexedTile(
  rows: i32, a: usize, b: usize, offsets: usize, K: i32, c: usize, cStride: usize, init: i32, bias: usize, columns: i32,
): void {
  if (columns > 4) tileOfRows(INDEXED, 2, rows, a, 0, 0, b, offsets, K, c, cStride, init, bias, columns)
  else tileOfRows(INDEXED, 1, rows, a, 0, 0, b, offsets, K, c, cStride, init, bias, columns)
}

/** Two rows of results at once, of at most four `columns` each; the second row of b begins `bRow` after the first. */
export function pairedTile(
  rows: i32, a: usize, b: usize, bRow: usize, offsets: usize, K: i32, c: usize, cStride: usize, init: i32, bias: usize,
  columns: i32,
): void {
  tileOfRows(PAIRED, 2, rows, a, 0, bRow, b, offsets, K, c, cStride, init, bias, columns)
}
