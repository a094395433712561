import { GradientPacking, SumFolding, WeightGradient } from './blocks'
import { madd } from './simd'
import { MAX_ROWS, tileRows } from './tile'

// The gradient of the weights: dw[o, k] = Σ dy[o, p] x[p + offsets[k]] over all positions p of all images. Both are
// contiguous along a row of positions, so a tile of 6 × 2 sums takes 8 loads for 12 multiply-adds. Each sum is a vector of
// four partial sums. A block of positions is summed from zero and then added to `sums` [O, K, 4], and from time to time
// these go into `totals` [O, K] of float64, so that a sum over a million positions keeps its digits. dy is packed first,
// so that one pointer walks through all its rows: six more pointers do not fit into the registers.

// @ts-ignore: decorator
@inline
function addTo(sums: usize, s: v128): void {
  v128.store(sums, f32x4.add(v128.load(sums), s))
}

/** `positions`: for each vector of dy, the offset of its numbers in the image x, in bytes. */
// @ts-ignore: decorator
@inline
function tile(
  ROWS: i32, COLUMNS: i32, dy: usize, x: usize, positions: usize, vectors: i32, offsets: usize, sums: usize,
  sumRow: usize,
): void {
  const x0 = x + load<u32>(offsets)
  const x1 = COLUMNS > 1 ? x + load<u32>(offsets, 4) : x0
  const t1 = sums + sumRow
  const t2 = t1 + sumRow
  const t3 = t2 + sumRow
  const t4 = t3 + sumRow
  const t5 = t4 + sumRow
  const zero = f32x4.splat(0)
  let s00 = zero
  let s01 = zero
  let s10 = zero
  let s11 = zero
  let s20 = zero
  let s21 = zero
  let s30 = zero
  let s31 = zero
  let s40 = zero
  let s41 = zero
  let s50 = zero
  let s51 = zero
  for (let i = 0; i < vectors; i++) {
    const position = <usize>load<u32>(positions)
    const p = v128.load(x0 + position)
    const q = COLUMNS > 1 ? v128.load(x1 + position) : p
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
    positions += 4
    dy += 16 * ROWS
  }
  addTo(sums, s00)
  if (COLUMNS > 1) addTo(sums + 16, s01)
  if (ROWS > 1) addTo(t1, s10)
  if (ROWS > 1 && COLUMNS > 1) addTo(t1 + 16, s11)
  if (ROWS > 2) addTo(t2, s20)
  if (ROWS > 2 && COLUMNS > 1) addTo(t2 + 16, s21)
  if (ROWS > 3) addTo(t3, s30)
  if (ROWS > 3 && COLUMNS > 1) addTo(t3 + 16, s31)
  if (ROWS > 4) addTo(t4, s40)
  if (ROWS > 4 && COLUMNS > 1) addTo(t4 + 16, s41)
  if (ROWS > 5) addTo(t5, s50)
  if (ROWS > 5 && COLUMNS > 1) addTo(t5 + 16, s51)
}

// @ts-ignore: decorator
@inline
function tileOfRows(
  COLUMNS: i32, rows: i32, dy: usize, x: usize, positions: usize, vectors: i32, offsets: usize, sums: usize, sumRow: usize,
): void {
  if (rows == 6) {
    if (MAX_ROWS == 6) tile(6, COLUMNS, dy, x, positions, vectors, offsets, sums, sumRow)
  } else if (rows == 5) {
    if (MAX_ROWS == 6) tile(5, COLUMNS, dy, x, positions, vectors, offsets, sums, sumRow)
  } else if (rows == 4) tile(4, COLUMNS, dy, x, positions, vectors, offsets, sums, sumRow)
  else if (rows == 3) tile(3, COLUMNS, dy, x, positions, vectors, offsets, sums, sumRow)
  else if (rows == 2) tile(2, COLUMNS, dy, x, positions, vectors, offsets, sums, sumRow)
  else tile(1, COLUMNS, dy, x, positions, vectors, offsets, sums, sumRow)
}

// Not inlined: in the loops below, the compiler would not find registers for the twelve sums.
function pairTile(
  rows: i32, dy: usize, x: usize, positions: usize, vectors: i32, offsets: usize, sums: usize, sumRow: usize,
): void {
  tileOfRows(2, rows, dy, x, positions, vectors, offsets, sums, sumRow)
}

function singleTile(
  rows: i32, dy: usize, x: usize, positions: usize, vectors: i32, offsets: usize, sums: usize, sumRow: usize,
): void {
  tileOfRows(1, rows, dy, x, positions, vectors, offsets, sums, sumRow)
}

/** 128 vectors of six rows of dy (12 KB) stay in the L1 cache while k runs. */
const BLOCK: i32 = 128

export function addWeightGradient(p: WeightGradient): void {
  const x = p.x
  const positions = p.positions
  const first = p.first
  const end = p.end
  const vectors = p.vectors
  const offsets = p.offsets
  const K = p.K
  let dy = p.dy
  let O = p.O
  let sums = p.sums
  const sumRow = (<usize>K) << 4
  while (O > 0) {
    const rows = tileRows(O)
    for (let v = first; v < end; v += BLOCK) {
      const count = min(BLOCK, end - v)
      const from = dy + ((<usize>(v * rows)) << 4)
      const positionsHere = positions + ((<usize>v) << 2)
      for (let k = 0; k < K; k += 2) {
        const byte = (<usize>k) << 2
        if (k + 1 < K) pairTile(rows, from, x, positionsHere, count, offsets + byte, sums + 4 * byte, sumRow)
        else singleTile(rows, from, x, positionsHere, count, offsets + byte, sums + 4 * byte, sumRow)
      }
    }
    dy += (<usize>(vectors * rows)) << 4
    sums += sumRow * rows
    O -= rows
  }
}

/** dy [O, oH, oW] → bands of rows, each a part of [vectors, rows, 4]; rows of oW numbers are padded with zeros to whole vectors. */
export function packGradient(p: GradientPacking): void {
  let dy = p.dy
  let O = p.O
  const oH = p.oH
  const oW = p.oW
  let y = p.y
  const vectors = p.vectors
  const first = p.first
  while (O > 0) {
    const rows = tileRows(O)
    for (let r = 0; r < rows; r++) {
      let to = y + ((<usize>(first * rows + r)) << 4)
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

/** totals[i] += the four numbers of the i-th vector of sums, which becomes zero. */
export function foldSums(p: SumFolding): void {
  let sums = p.sums
  let totals = p.totals
  const n = p.n
  const zero = f32x4.splat(0)
  for (let i = 0; i < n; i++) {
    const v = v128.load(sums)
    const pair = f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)))
    store<f64>(totals, load<f64>(totals) + (f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1)))
    v128.store(sums, zero)
    sums += 16
    totals += 8
  }
}
