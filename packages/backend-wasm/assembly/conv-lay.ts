import { copyShort } from './simd'

// Before a convolution an image is laid out with its zeros around it, so that no loop has to ask where the edge is.
// With a stride s the columns are sorted by column mod s: the numbers that neighbouring results multiply with the same
// weight lie side by side, whatever the stride.

/**
 * x [planes, H, W] into y [planes, rows, s, phase]: x[i, j] goes to row i·spread + top and column j·spread + left of
 * the padded image, or nowhere where that lies outside. y was filled with zeros; a second image may overwrite the first.
 */
export function layOut(
  x: usize, y: usize, planes: i32, H: i32, W: i32, rows: i32, s: i32, phase: i32, top: i32, left: i32, spread: i32,
): void {
  const rowBytes = (<usize>(s * phase)) << 2
  const first = max(0, -left) // for spread 1: the columns that lie inside
  const count = min(W, s * phase - left) - first
  // Columns of x from the first to the last one inside, and where the first one goes.
  const skipped = left < 0 ? (spread - 1 - left) / spread : 0
  const inside = min(W, (s * phase - left + spread - 1) / spread)
  const start = skipped * spread + left
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < H; i++) {
      const row = i * spread + top
      if (row < 0 || row >= rows) continue
      const to = y + rowBytes * row
      const from = x + ((<usize>(i * W)) << 2)
      if (s == 1 && spread == 1) {
        if (count > 0) {
          copyShort(to + ((<usize>(first + left)) << 2), from + ((<usize>first) << 2), (<usize>count) << 2)
        }
      } else {
        let at = (start % s) * phase + start / s
        let turn = s - (start % s) // steps until the next column of phase 0
        for (let j = skipped; j < inside; j++) {
          store<f32>(to + ((<usize>at) << 2), load<f32>(from + ((<usize>j) << 2)))
          for (let step = spread; step > 0; step--) {
            at += phase
            if (--turn == 0) {
              turn = s
              at -= s * phase - 1
            }
          }
        }
      }
    }
    x += (<usize>(H * W)) << 2
    y += rowBytes * rows
  }
}

/** n zeros. */
export function clear(y: usize, n: i32): void {
  memory.fill(y, 0, (<usize>n) << 2)
}

/** Where the number for weight (c, ky, kx) lies, in bytes from that of the first weight; a table of C·kH·kW entries. */
export function tabulate(table: usize, C: i32, kH: i32, kW: i32, rows: i32, s: i32, phase: i32): void {
  for (let c = 0; c < C; c++) {
    for (let ky = 0; ky < kH; ky++) {
      for (let kx = 0; kx < kW; kx++) {
        store<i32>(table, (((c * rows + ky) * s + (kx % s)) * phase + kx / s) << 2)
        table += 4
      }
    }
  }
}

/** w [O, C, k] → y [C, O, k], each kernel of k numbers back to front: the weights of the way back. */
export function turnKernels(w: usize, y: usize, O: i32, C: i32, k: i32): void {
  for (let c = 0; c < C; c++) {
    for (let o = 0; o < O; o++) {
      const from = w + ((<usize>((o * C + c) * k)) << 2)
      for (let i = k - 1; i >= 0; i--) {
        store<f32>(y, load<f32>(from + ((<usize>i) << 2)))
        y += 4
      }
    }
  }
}
