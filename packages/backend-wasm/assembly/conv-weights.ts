import { madd, sum4 } from './simd'
import { MAX_ROWS, tileRows } from './tile'

// The gradient for the weights: dw[o, k] = Σ dy[o, p] x[place p + table[k]] over all places p of all images. Both lie
// contiguous along a row of places, so a tile of 6 × 2 sums takes 8 loads for 12 multiply-adds. Each sum is a vector of
// four partial sums; they stay in `sums` [O, K, 4] from image to image, and are added up at the end. dy is packed
// before, so that one pointer walks through all its rows: six pointers more do not fit into the registers.

/** `places`: for each vector of dy, how far into the image x its numbers lie, in bytes. */
// @ts-ignore: decorator
@inline
function tile(
  ROWS: i32, COLUMNS: i32, dy: usize, x: usize, places: usize, vectors: i32, table: usize, sums: usize,
  sumRow: usize,
): void {
  const x0 = x + load<u32>(table)
  const x1 = COLUMNS > 1 ? x + load<u32>(table, 4) : x0
  const t1 = sums + sumRow
  const t2 = t1 + sumRow
  const t3 = t2 + sumRow
  const t4 = t3 + sumRow
  const t5 = t4 + sumRow
  let s00 = v128.load(sums)
  let s01 = COLUMNS > 1 ? v128.load(sums, 16) : s00
  let s10 = ROWS > 1 ? v128.load(t1) : s00
  let s11 = ROWS > 1 && COLUMNS > 1 ? v128.load(t1, 16) : s00
  let s20 = ROWS > 2 ? v128.load(t2) : s00
  let s21 = ROWS > 2 && COLUMNS > 1 ? v128.load(t2, 16) : s00
  let s30 = ROWS > 3 ? v128.load(t3) : s00
  let s31 = ROWS > 3 && COLUMNS > 1 ? v128.load(t3, 16) : s00
  let s40 = ROWS > 4 ? v128.load(t4) : s00
  let s41 = ROWS > 4 && COLUMNS > 1 ? v128.load(t4, 16) : s00
  let s50 = ROWS > 5 ? v128.load(t5) : s00
  let s51 = ROWS > 5 && COLUMNS > 1 ? v128.load(t5, 16) : s00
  for (let i = 0; i < vectors; i++) {
    const place = <usize>load<u32>(places)
    const p = v128.load(x0 + place)
    const q = COLUMNS > 1 ? v128.load(x1 + place) : p
    let g = v128.load(dy)
    s00 = madd(g, p, s00)
    if (COLUMNS > 1) s01 = madd(g, q, s01)
    if (ROWS > 1) {
      g = v128.load(dy, 16)
      s10 = madd(g, p, s10)
      if (COLUMNS > 1) s11 = madd(g, q, s11)
    }
    if (ROWS > 2) {
      g = v128.load(dy, 32)
      s20 = madd(g, p, s20)
      if (COLUMNS > 1) s21 = madd(g, q, s21)
    }
    if (ROWS > 3) {
      g = v128.load(dy, 48)
      s30 = madd(g, p, s30)
      if (COLUMNS > 1) s31 = madd(g, q, s31)
    }
    if (ROWS > 4) {
      g = v128.load(dy, 64)
      s40 = madd(g, p, s40)
      if (COLUMNS > 1) s41 = madd(g, q, s41)
    }
    if (ROWS > 5) {
      g = v128.load(dy, 80)
      s50 = madd(g, p, s50)
      if (COLUMNS > 1) s51 = madd(g, q, s51)
    }
    places += 4
    dy += 16 * ROWS
  }
  v128.store(sums, s00)
  if (COLUMNS > 1) v128.store(sums, s01, 16)
  if (ROWS > 1) v128.store(t1, s10)
  if (ROWS > 1 && COLUMNS > 1) v128.store(t1, s11, 16)
  if (ROWS > 2) v128.store(t2, s20)
  if (ROWS > 2 && COLUMNS > 1) v128.store(t2, s21, 16)
  if (ROWS > 3) v128.store(t3, s30)
  if (ROWS > 3 && COLUMNS > 1) v128.store(t3, s31, 16)
  if (ROWS > 4) v128.store(t4, s40)
  if (ROWS > 4 && COLUMNS > 1) v128.store(t4, s41, 16)
  if (ROWS > 5) v128.store(t5, s50)
  if (ROWS > 5 && COLUMNS > 1) v128.store(t5, s51, 16)
}

// @ts-ignore: decorator
@inline
function tileOfRows(
  COLUMNS: i32, rows: i32, dy: usize, x: usize, places: usize, vectors: i32, table: usize, sums: usize, sumRow: usize,
): void {
  if (rows == 6) {
    if (MAX_ROWS == 6) tile(6, COLUMNS, dy, x, places, vectors, table, sums, sumRow)
  } else if (rows == 5) {
    if (MAX_ROWS == 6) tile(5, COLUMNS, dy, x, places, vectors, table, sums, sumRow)
  } else if (rows == 4) tile(4, COLUMNS, dy, x, places, vectors, table, sums, sumRow)
  else if (rows == 3) tile(3, COLUMNS, dy, x, places, vectors, table, sums, sumRow)
  else if (rows == 2) tile(2, COLUMNS, dy, x, places, vectors, table, sums, sumRow)
  else tile(1, COLUMNS, dy, x, places, vectors, table, sums, sumRow)
}

// Not inlined: inside the loops below, the compiler would not find registers for the twelve sums.
function pairTile(
  rows: i32, dy: usize, x: usize, places: usize, vectors: i32, table: usize, sums: usize, sumRow: usize,
): void {
  tileOfRows(2, rows, dy, x, places, vectors, table, sums, sumRow)
}

function singleTile(
  rows: i32, dy: usize, x: usize, places: usize, vectors: i32, table: usize, sums: usize, sumRow: usize,
): void {
  tileOfRows(1, rows, dy, x, places, vectors, table, sums, sumRow)
}

/** So many vectors of six rows of dy (12 KB) stay in the first cache while all of k passes by. */
const BLOCK: i32 = 128

/** Adds one image: x laid out, dy packed by `packPlaces`. */
export function addKernelGradient(
  x: usize, places: usize, vectors: i32, table: usize, K: i32, dy: usize, O: i32, sums: usize,
): void {
  const sumRow = (<usize>K) << 4
  while (O > 0) {
    const rows = tileRows(O)
    for (let v = 0; v < vectors; v += BLOCK) {
      const count = min(BLOCK, vectors - v)
      const from = dy + ((<usize>(v * rows)) << 4)
      const placesHere = places + ((<usize>v) << 2)
      for (let k = 0; k < K; k += 2) {
        const byte = (<usize>k) << 2
        if (k + 1 < K) pairTile(rows, from, x, placesHere, count, table + byte, sums + 4 * byte, sumRow)
        else singleTile(rows, from, x, placesHere, count, table + byte, sums + 4 * byte, sumRow)
      }
    }
    dy += (<usize>(vectors * rows)) << 4
    sums += sumRow * rows
    O -= rows
  }
}

/** dy [O, oH, oW] → bands of rows, each [vectors, rows, 4]; zeros fill rows of oW numbers up to whole vectors. */
export function packPlaces(dy: usize, O: i32, oH: i32, oW: i32, y: usize): void {
  const vectors = oH * ((oW + 3) >> 2)
  while (O > 0) {
    const rows = tileRows(O)
    for (let r = 0; r < rows; r++) {
      let to = y + ((<usize>r) << 4)
      for (let oy = 0; oy < oH; oy++) {
        for (let ox = 0; ox < oW; ox += 4) {
          v128.store(to, firstOf(v128.load(dy + ((<usize>ox) << 2)), oW - ox))
          to += (<usize>rows) << 4
        }
        dy += (<usize>oW) << 2
      }
    }
    y += (<usize>(vectors * rows)) << 4
    O -= rows
  }
}

/** The first `count` numbers, and zeros. */
// @ts-ignore: decorator
@inline
function firstOf(v: v128, count: i32): v128 {
  if (count >= 4) return v
  return v128.and(v, i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3)))
}

/** y[i] = the sum of the i-th vector. */
export function addUp(sums: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<f32>(y, sum4(v128.load(sums)))
    sums += 16
    y += 4
  }
}
