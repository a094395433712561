import { erf4, exp4, log4, sigmoid4, tanh4 } from './math'
import { UnaryMap } from './blocks'
import { load4 } from './simd'
import { firstRow, left, nextRow } from './walk'

/** The kernels that core asks for by name, its `UnaryKernel`. */
export enum Unary {
  copy,
  neg,
  exp,
  log,
  sqrt,
  relu,
  sigmoid,
  tanh,
  erf,
}

// @ts-ignore: decorator
@inline
function apply(KERNEL: i32, x: v128): v128 {
  if (KERNEL == Unary.neg) return f32x4.neg(x)
  if (KERNEL == Unary.exp) return exp4(x)
  if (KERNEL == Unary.log) return log4(x)
  if (KERNEL == Unary.sqrt) return f32x4.sqrt(x)
  if (KERNEL == Unary.relu) return f32x4.pmax(x, f32x4.splat(0)) // x < 0 ? 0 : x, so a NaN stays one
  if (KERNEL == Unary.sigmoid) return sigmoid4(x)
  if (KERNEL == Unary.tanh) return tanh4(x)
  if (KERNEL == Unary.erf) return erf4(x)
  return x
}

/** Maps n numbers, `stride` bytes apart, to contiguous ones. */
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
  } else if (stride == 0) {
    const same = apply(KERNEL, v128.load_splat<f32>(x))
    for (; y < whole; y += 16) v128.store(y, same)
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
    case Unary.copy:
      if (stride == 4) memory.copy(y, x, (<usize>n) << 2)
      else row(Unary.copy, x, stride, y, n)
      break
    case Unary.neg:
      row(Unary.neg, x, stride, y, n)
      break
    case Unary.exp:
      row(Unary.exp, x, stride, y, n)
      break
    case Unary.log:
      row(Unary.log, x, stride, y, n)
      break
    case Unary.sqrt:
      row(Unary.sqrt, x, stride, y, n)
      break
    case Unary.relu:
      row(Unary.relu, x, stride, y, n)
      break
    case Unary.sigmoid:
      row(Unary.sigmoid, x, stride, y, n)
      break
    case Unary.tanh:
      row(Unary.tanh, x, stride, y, n)
      break
    case Unary.erf:
      row(Unary.erf, x, stride, y, n)
      break
  }
}

export function unaryMap(p: UnaryMap): void {
  rowOf(p.kernel, p.x, 4, p.y, p.n)
}

/** y = f(x): rows of n numbers `stride` bytes apart, along the axes in walk.ts. */
export function unary(kernel: i32, rank: i32, x: usize, stride: i32, y: usize, n: i32): void {
  for (let rows = firstRow(rank, x, 0); rows > 0; rows--) {
    rowOf(kernel, left, stride, y, n)
    y += (<usize>n) << 2
    nextRow(rank)
  }
}
