import { erf4, exp4, log4, sigmoid4, tanh4 } from './math'
import { load4 } from './simd'
import { firstRow, left, nextRow } from './walk'

// The numbers stand for the names in src/elementwise.ts.
const COPY: i32 = 0
const NEG: i32 = 1
const EXP: i32 = 2
const LOG: i32 = 3
const SQRT: i32 = 4
const RELU: i32 = 5
const SIGMOID: i32 = 6
const TANH: i32 = 7
const ERF: i32 = 8

// @ts-ignore: decorator
@inline
function apply(KERNEL: i32, x: v128): v128 {
  if (KERNEL == NEG) return f32x4.neg(x)
  if (KERNEL == EXP) return exp4(x)
  if (KERNEL == LOG) return log4(x)
  if (KERNEL == SQRT) return f32x4.sqrt(x)
  if (KERNEL == RELU) return f32x4.pmax(x, f32x4.splat(0)) // x < 0 ? 0 : x, so a NaN stays one
  if (KERNEL == SIGMOID) return sigmoid4(x)
  if (KERNEL == TANH) return tanh4(x)
  if (KERNEL == ERF) return erf4(x)
  return x
}

/** n numbers, `stride` bytes apart, to contiguous ones. */
// @ts-ignore: decorator
@inline
function row(KERNEL: i32, x: usize, stride: isize, y: usize, n: i32): void {
  const whole = y + ((<usize>(n & ~3)) << 2)
  const end = y + ((<usize>n) << 2)
  if (stride == 4) {
    for (; y < whole; y += 16) {
      v128.store(y, apply(KERNEL, v128.load(x)))
      x += 16
    }
  } else {
    for (; y < whole; y += 16) {
      v128.store(y, apply(KERNEL, load4(x, stride)))
      x += 4 * stride
    }
  }
  for (; y < end; y += 4) {
    v128.store_lane<f32>(y, apply(KERNEL, v128.load_zero<f32>(x)), 0)
    x += stride
  }
}

function rowOf(kernel: i32, x: usize, stride: isize, y: usize, n: i32): void {
  switch (kernel) {
    case COPY:
      if (stride == 4) memory.copy(y, x, (<usize>n) << 2)
      else row(COPY, x, stride, y, n)
      break
    case NEG:
      row(NEG, x, stride, y, n)
      break
    case EXP:
      row(EXP, x, stride, y, n)
      break
    case LOG:
      row(LOG, x, stride, y, n)
      break
    case SQRT:
      row(SQRT, x, stride, y, n)
      break
    case RELU:
      row(RELU, x, stride, y, n)
      break
    case SIGMOID:
      row(SIGMOID, x, stride, y, n)
      break
    case TANH:
      row(TANH, x, stride, y, n)
      break
    case ERF:
      row(ERF, x, stride, y, n)
      break
  }
}

/** y = f(x): rows of n numbers `stride` bytes apart, after the axes in `walk`. */
export function unary(kernel: i32, rank: i32, x: usize, stride: i32, y: usize, n: i32): void {
  if (rank == 0) {
    rowOf(kernel, x, stride, y, n)
    return
  }
  for (let rows = firstRow(rank, x, 0); rows > 0; rows--) {
    rowOf(kernel, left, stride, y, n)
    y += (<usize>n) << 2
    nextRow(rank)
  }
}
