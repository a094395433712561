import { tileRows } from './tile'

// Packing copies a block of a matrix into the order in which the micro-kernel reads it.

/** a [rows, K] → tiles of `tileRows` rows, each [K, tile]: all the numbers of one step of k side by side. */
export function packRows(a: usize, rowStride: usize, stepStride: usize, rows: i32, K: i32, y: usize): void {
  while (rows > 0) {
    const tile = tileRows(rows)
    if (tile == 4 && rowStride == 4) pack4(a, stepStride, K, y)
    else if (tile == 4 && stepStride == 4) pack4Turned(a, rowStride, K, y)
    else if (tile == 6 && rowStride == 4) pack6(a, stepStride, K, y)
    else if (tile == 6 && stepStride == 4) pack6Turned(a, rowStride, K, y)
    else packAny(a, rowStride, stepStride, tile, K, y)
    y += (<usize>(tile * K)) << 2
    a += rowStride * tile
    rows -= tile
  }
}

function pack4(a: usize, stepStride: usize, K: i32, y: usize): void {
  for (let k = 0; k < K; k++) {
    v128.store(y, v128.load(a))
    a += stepStride
    y += 16
  }
}

function pack6(a: usize, stepStride: usize, K: i32, y: usize): void {
  for (let k = 0; k < K; k++) {
    v128.store(y, v128.load(a))
    store<u64>(y, load<u64>(a, 16), 16)
    a += stepStride
    y += 24
  }
}

/** Rows that are contiguous along k: four steps of k at a time, transposed in registers. */
function pack4Turned(a: usize, rowStride: usize, K: i32, y: usize): void {
  const whole = K & ~3
  for (let k = 0; k < whole; k += 4) {
    transpose4(a, rowStride, y, 16)
    a += 16
    y += 64
  }
  packAny(a, rowStride, 4, 4, K - whole, y)
}

/** The same for six rows. */
function pack6Turned(a: usize, rowStride: usize, K: i32, y: usize): void {
  const whole = K & ~3
  for (let k = 0; k < whole; k += 4) {
    const r0 = v128.load(a)
    const r1 = v128.load(a + rowStride)
    const r2 = v128.load(a + 2 * rowStride)
    const r3 = v128.load(a + 3 * rowStride)
    const r4 = v128.load(a + 4 * rowStride)
    const r5 = v128.load(a + 5 * rowStride)
    const p = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
    const q = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
    const s = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
    const t = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
    const u = v128.shuffle<f32>(r4, r5, 0, 4, 1, 5)
    const v = v128.shuffle<f32>(r4, r5, 2, 6, 3, 7)
    v128.store(y, v128.shuffle<f32>(p, q, 0, 1, 4, 5))
    v128.store_lane<u64>(y, u, 0, 16)
    v128.store(y, v128.shuffle<f32>(p, q, 2, 3, 6, 7), 24)
    v128.store_lane<u64>(y, u, 1, 40)
    v128.store(y, v128.shuffle<f32>(s, t, 0, 1, 4, 5), 48)
    v128.store_lane<u64>(y, v, 0, 64)
    v128.store(y, v128.shuffle<f32>(s, t, 2, 3, 6, 7), 72)
    v128.store_lane<u64>(y, v, 1, 88)
    a += 16
    y += 96
  }
  packAny(a, rowStride, 4, 6, K - whole, y)
}

function packAny(a: usize, rowStride: usize, stepStride: usize, tile: i32, K: i32, y: usize): void {
  const step = (<usize>tile) << 2
  for (let r = 0; r < tile; r++) {
    let from = a
    let to = y
    for (let k = 0; k < K; k++) {
      store<f32>(to, load<f32>(from))
      from += stepStride
      to += step
    }
    a += rowStride
    y += 4
  }
}

/** b [K, columns] → panels of 8 columns, each [K, 8]; the last panel is padded with zeros. */
export function packColumns(b: usize, stepStride: usize, columnStride: usize, K: i32, columns: i32, y: usize): void {
  let n = 0
  if (columnStride == 4) {
    for (; n + 32 <= columns; n += 32) {
      packFourWide(b, stepStride, K, y)
      y += (<usize>K) << 7
      b += 128
    }
  }
  for (; n < columns; n += 8) {
    const width = min(8, columns - n)
    if (columnStride == 4 && width == 8) packWide(b, stepStride, K, y)
    else if (stepStride == 4 && width == 8) packTransposed(b, columnStride, K, y)
    else packNarrow(b, stepStride, columnStride, width, K, y)
    y += (<usize>K) << 5
    b += columnStride << 3
  }
}

/** Four panels at once: a row of b lies in two cache lines, which are read once. */
function packFourWide(b: usize, stepStride: usize, K: i32, y: usize): void {
  const panel = (<usize>K) << 5
  const y1 = y + panel
  const y2 = y1 + panel
  const y3 = y2 + panel
  for (let at: usize = 0; at < panel; at += 32) {
    v128.store(y + at, v128.load(b))
    v128.store(y + at, v128.load(b, 16), 16)
    v128.store(y1 + at, v128.load(b, 32))
    v128.store(y1 + at, v128.load(b, 48), 16)
    v128.store(y2 + at, v128.load(b, 64))
    v128.store(y2 + at, v128.load(b, 80), 16)
    v128.store(y3 + at, v128.load(b, 96))
    v128.store(y3 + at, v128.load(b, 112), 16)
    b += stepStride
  }
}

function packWide(b: usize, stepStride: usize, K: i32, y: usize): void {
  for (let k = 0; k < K; k++) {
    v128.store(y, v128.load(b))
    v128.store(y, v128.load(b, 16), 16)
    b += stepStride
    y += 32
  }
}

function packNarrow(b: usize, stepStride: usize, columnStride: usize, width: i32, K: i32, y: usize): void {
  for (let k = 0; k < K; k++) {
    let from = b
    for (let j = 0; j < 8; j++) {
      store<f32>(y + ((<usize>j) << 2), j < width ? load<f32>(from) : 0)
      if (j < width) from += columnStride
    }
    b += stepStride
    y += 32
  }
}

/** Columns that are contiguous along k: four steps of four columns at a time, transposed in registers. */
function packTransposed(b: usize, columnStride: usize, K: i32, y: usize): void {
  const b4 = b + 4 * columnStride
  let k = 0
  for (; k + 4 <= K; k += 4) {
    transpose4(b + ((<usize>k) << 2), columnStride, y, 32)
    transpose4(b4 + ((<usize>k) << 2), columnStride, y + 16, 32)
    y += 128
  }
  for (; k < K; k++) {
    let from = b + ((<usize>k) << 2)
    for (let j: usize = 0; j < 32; j += 4) {
      store<f32>(y + j, load<f32>(from))
      from += columnStride
    }
    y += 32
  }
}

// @ts-ignore: decorator
@inline
function transpose4(x: usize, stride: usize, y: usize, step: usize): void {
  const r0 = v128.load(x)
  const r1 = v128.load(x + stride)
  const r2 = v128.load(x + 2 * stride)
  const r3 = v128.load(x + 3 * stride)
  const p = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
  const q = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
  const s = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
  const t = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
  v128.store(y, v128.shuffle<f32>(p, q, 0, 1, 4, 5))
  v128.store(y + step, v128.shuffle<f32>(p, q, 2, 3, 6, 7))
  v128.store(y + 2 * step, v128.shuffle<f32>(s, t, 0, 1, 4, 5))
  v128.store(y + 3 * step, v128.shuffle<f32>(s, t, 2, 3, 6, 7))
}
