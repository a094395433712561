import { Padding } from './blocks'
import { copyShort } from './simd'

// im2col copies each image into a matrix with a column for each result, kH · kW times as large as the image, and turns a
// convolution into a product of matrices. Here the matrix is never written: a padded image and a table of offsets stand
// for it, as in an indirect convolution (Dukhan, 2019). Its row k, at the results (oy, ox …), is the padded image from
// `offsets[k]` on.
//
// An image is padded before, so that no loop has to test where the edge is. With a stride s its columns are sorted by
// column mod s, into s phases: numbers that neighbouring results multiply by the same weight are then neighbours in
// memory, whatever the stride. With s = 2, a row 0 1 2 3 4 5 6 7 becomes 0 2 4 6 | 1 3 5 7.

/**
 * x [planes, H, W] into y [planes, rows, stride, columns]: x[i, j] goes to row i·dilation + top and column
 * j·dilation + left of the padded image, or nowhere if that is outside. y holds zeros, or another image of the same size.
 */
export function padImage(p: Padding): void {
  let x = p.x
  let y = p.y
  const planes = p.planes
  const H = p.H
  const W = p.W
  const rows = p.rows
  const s = p.stride
  const columns = p.columns
  const top = p.top
  const left = p.left
  const dilation = p.dilation
  const rowBytes = (<usize>(s * columns)) << 2
  const first = max(0, -left) // for dilation 1: the columns inside
  const count = min(W, s * columns - left) - first
  // Columns of x from the first to the last one inside, and where the first one goes.
  const skipped = left < 0 ? (dilation - 1 - left) / dilation : 0
  const inside = min(W, (s * columns - left + dilation - 1) / dilation)
  const start = skipped * dilation + left
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < H; i++) {
      const row = i * dilation + top
      if (row < 0 || row >= rows) continue
      const to = y + rowBytes * row
      const from = x + ((<usize>(i * W)) << 2)
      if (s == 1 && dilation == 1) {
        if (count > 0) {
          copyShort(to + ((<usize>(first + left)) << 2), from + ((<usize>first) << 2), (<usize>count) << 2)
        }
      } else {
        let at = (start % s) * columns + start / s
        let turn = s - (start % s) // steps until the next column of phase 0
        for (let j = skipped; j < inside; j++) {
          store<f32>(to + ((<usize>at) << 2), load<f32>(from + ((<usize>j) << 2)))
          for (let step = dilation; step > 0; step--) {
            at += columns
            if (--turn == 0) {
              turn = s
              at -= s * columns - 1
            }
          }
        }
      }
    }
    x += (<usize>(H * W)) << 2
    y += rowBytes * rows
  }
}

/** Writes n zeros. */
export function clear(y: usize, n: i32): void {
  memory.fill(y, 0, (<usize>n) << 2)
}

/** offsets [C, kH, kW]: how many bytes the number for a weight is from the number for the first weight. */
export function im2colOffsets(offsets: usize, C: i32, kH: i32, kW: i32, rows: i32, s: i32, columns: i32): void {
  for (let c = 0; c < C; c++) {
    for (let ky = 0; ky < kH; ky++) {
      for (let kx = 0; kx < kW; kx++) {
        store<i32>(offsets, (((c * rows + ky) * s + (kx % s)) * columns + kx / s) << 2)
        offsets += 4
      }
    }
  }
}

/** w [O, C, k] → y [C, O, k], each kernel of k numbers rotated by 180°: the weights of the gradient for the input. */
export function rotateKernels(w: usize, y: usize, O: i32, C: i32, k: i32): void {
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
