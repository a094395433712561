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
 * x [planes, H, W] into y [planes, rows, stride, columns]: x[i, j] goes to row i + top and column j + left of the padded
 * image, or nowhere if that is outside. y holds zeros, or another image of the same size.
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
  const rowBytes = (<usize>(s * columns)) << 2
  // The columns of x that are inside, and where the first of them goes.
  const first = max(0, -left)
  const count = min(W, s * columns - left) - first
  const start = first + left
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < H; i++) {
      const row = i + top
      if (row < 0 || row >= rows || count <= 0) continue
      const to = y + rowBytes * row
      const from = x + ((<usize>(i * W + first)) << 2)
      if (s == 1) copyShort(to + ((<usize>start) << 2), from, (<usize>count) << 2)
      else if (s == 2) {
        const even = to + ((<usize>((start & 1) * columns + (start >> 1))) << 2)
        const odd = to + ((<usize>((~start & 1) * columns + ((start + 1) >> 1))) << 2)
        splitPhases(from, even, odd, count)
      } else {
        let at = (start % s) * columns + start / s
        let turn = s - (start % s) // steps until the next column of phase 0
        for (let j = 0; j < count; j++) {
          store<f32>(to + ((<usize>at) << 2), load<f32>(from + ((<usize>j) << 2)))
          at += columns
          if (--turn == 0) {
            turn = s
            at -= s * columns - 1
          }
        }
      }
    }
    x += (<usize>(H * W)) << 2
    y += rowBytes * rows
  }
}

/** n numbers of x: those at even places to one row, those at odd places to another. */
// @ts-ignore: decorator
@inline
function splitPhases(x: usize, even: usize, odd: usize, n: i32): void {
  for (; n >= 8; n -= 8) {
    const a = v128.load(x)
    const b = v128.load(x, 16)
    v128.store(even, v128.shuffle<f32>(a, b, 0, 2, 4, 6))
    v128.store(odd, v128.shuffle<f32>(a, b, 1, 3, 5, 7))
    x += 32
    even += 16
    odd += 16
  }
  for (; n > 1; n -= 2) {
    store<f32>(even, load<f32>(x))
    store<f32>(odd, load<f32>(x, 4))
    x += 8
    even += 4
    odd += 4
  }
  if (n == 1) store<f32>(even, load<f32>(x))
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

/**
 * The weights of the gradient for the input at the rows ≡ top and the columns ≡ left (mod stride), counted in the padded
 * image: every stride-th row and column of each kernel, rotated by 180°. w [O, C, kH, kW] → y [C, O, rows, columns]
 */
export function rotateKernels(
  w: usize, y: usize, O: i32, C: i32, kH: i32, kW: i32, stride: i32, top: i32, left: i32,
): void {
  const lastRow = top + ((kH - 1 - top) / stride) * stride
  const lastColumn = left + ((kW - 1 - left) / stride) * stride
  for (let c = 0; c < C; c++) {
    for (let o = 0; o < O; o++) {
      const kernel = w + ((<usize>((o * C + c) * kH * kW)) << 2)
      for (let i = lastRow; i >= 0; i -= stride) {
        for (let j = lastColumn; j >= 0; j -= stride) {
          store<f32>(y, load<f32>(kernel + ((<usize>(i * kW + j)) << 2)))
          y += 4
        }
      }
    }
  }
}

/** x [planes, h, w] into y [planes, H, W]: x[i, j] goes to row top + i·stride and column left + j·stride. */
export function spreadImage(
  x: usize, y: usize, planes: i32, h: i32, w: i32, H: i32, W: i32, stride: i32, top: i32, left: i32,
): void {
  const step = (<usize>stride) << 2
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < h; i++) {
      let to = y + ((<usize>((plane * H + top + i * stride) * W + left)) << 2)
      let j = 0
      if (stride == 2) {
        // Eight numbers of y at a time, and those in between stay.
        for (; j + 4 <= w; j += 4) {
          const v = v128.load(x)
          v128.store(to, v128.shuffle<f32>(v, v128.load(to), 0, 5, 1, 7))
          v128.store(to, v128.shuffle<f32>(v, v128.load(to, 16), 2, 5, 3, 7), 16)
          x += 16
          to += 32
        }
      }
      for (; j < w; j++) {
        store<f32>(to, load<f32>(x))
        x += 4
        to += step
      }
    }
  }
}
