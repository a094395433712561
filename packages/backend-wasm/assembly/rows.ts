import { roundTotals } from './simd'

// Kernels that move whole rows. x [A, R, B] is A blocks of R rows of B numbers; `bytes` is 4 B.

/** y [A, n, B]: y[a, i] = x[a, indices[i]] */
export function gather(x: usize, indices: usize, y: usize, A: i32, R: i32, bytes: usize, n: i32): void {
  for (let a = 0; a < A; a++) {
    for (let i = 0; i < n; i++) {
      copyRow(x + bytes * load<i32>(indices + ((<usize>i) << 2)), y, bytes)
      y += bytes
    }
    x += bytes * R
  }
}

/** y [A, R, B], zeros plus each row dy[a, i] at indices[i]. The sums are kept in `totals` [R, B] of float64. */
export function scatterAdd(
  dy: usize, indices: usize, y: usize, A: i32, R: i32, bytes: usize, n: i32, totals: usize,
): void {
  const size = bytes * R
  for (let a = 0; a < A; a++) {
    memory.fill(totals, 0, 2 * size)
    for (let i = 0; i < n; i++) {
      addRow(dy, totals + 2 * bytes * load<i32>(indices + ((<usize>i) << 2)), bytes)
      dy += bytes
    }
    roundTotals(totals, y, <i32>(size >> 2))
    y += size
  }
}

/** Copies contiguous rows of `bytes` bytes to rows that are `stride` bytes apart. */
export function spreadRows(x: usize, y: usize, rows: i32, bytes: usize, stride: usize): void {
  for (let i = 0; i < rows; i++) {
    copyRow(x, y, bytes)
    x += bytes
    y += stride
  }
}

// @ts-ignore: decorator
@inline
function copyRow(x: usize, y: usize, bytes: usize): void {
  if (bytes == 4) store<f32>(y, load<f32>(x))
  else memory.copy(y, x, bytes)
}

/** totals += x, where totals are float64 */
function addRow(x: usize, totals: usize, bytes: usize): void {
  const whole = x + (bytes & ~15)
  const end = x + bytes
  for (; x < whole; x += 16) {
    const v = v128.load(x)
    const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3))
    v128.store(totals, f64x2.add(v128.load(totals), f64x2.promote_low_f32x4(v)))
    v128.store(totals, f64x2.add(v128.load(totals, 16), high), 16)
    totals += 32
  }
  for (; x < end; x += 4) {
    store<f64>(totals, load<f64>(totals) + load<f32>(x))
    totals += 8
  }
}
