import { BinaryMap } from './blocks'
import { load4 } from './simd'
import { firstRow, left, nextRow, right } from './walk'

/** The kernels that core asks for by name, its `BinaryKernel`. */
export enum Binary {
  add,
  sub,
  mul,
  div,
  maximum,
  equal,
  gate,
}

// @ts-ignore: decorator
@inline
function apply(KERNEL: i32, a: v128, b: v128): v128 {
  if (KERNEL == Binary.add) return f32x4.add(a, b)
  if (KERNEL == Binary.sub) return f32x4.sub(a, b)
  if (KERNEL == Binary.mul) return f32x4.mul(a, b)
  if (KERNEL == Binary.div) return f32x4.div(a, b)
  if (KERNEL == Binary.maximum) return f32x4.max(a, b)
  if (KERNEL == Binary.equal) return v128.and(f32x4.eq(a, b), f32x4.splat(1))
  return v128.and(a, f32x4.gt(b, f32x4.splat(0)))
}

/** Strides of 4 and 0 bytes, a contiguous row and a repeated number, have their own loops. */
// @ts-ignore: decorator
@inline
function row(KERNEL: i32, a: usize, s: isize, b: usize, t: isize, y: usize, n: i32): void {
  const whole = y + ((<usize>(n & ~3)) << 2)
  const end = y + ((<usize>n) << 2)
  if (s == 4 && t == 4) {
    for (; y < whole; y += 16) {
      v128.store(y, apply(KERNEL, v128.load(a), v128.load(b)))
      a += 16
      b += 16
    }
  } else if (s == 4 && t == 0) {
    const same = v128.load_splat<f32>(b)
    for (; y < whole; y += 16) {
      v128.store(y, apply(KERNEL, v128.load(a), same))
      a += 16
    }
  } else if (s == 0 && t == 4) {
    const same = v128.load_splat<f32>(a)
    for (; y < whole; y += 16) {
      v128.store(y, apply(KERNEL, same, v128.load(b)))
      b += 16
    }
  } else {
    for (; y < whole; y += 16) {
      v128.store(y, apply(KERNEL, load4(a, s), load4(b, t)))
      a += 4 * s
      b += 4 * t
    }
  }
  for (; y < end; y += 4) {
    v128.store_lane<f32>(y, apply(KERNEL, v128.load_zero<f32>(a), v128.load_zero<f32>(b)), 0)
    a += s
    b += t
  }
}

function rowOf(kernel: i32, a: usize, s: isize, b: usize, t: isize, y: usize, n: i32): void {
  switch (kernel) {
    case Binary.add:
      row(Binary.add, a, s, b, t, y, n)
      break
    case Binary.sub:
      row(Binary.sub, a, s, b, t, y, n)
      break
    case Binary.mul:
      row(Binary.mul, a, s, b, t, y, n)
      break
    case Binary.div:
      row(Binary.div, a, s, b, t, y, n)
      break
    case Binary.maximum:
      row(Binary.maximum, a, s, b, t, y, n)
      break
    case Binary.equal:
      row(Binary.equal, a, s, b, t, y, n)
      break
    case Binary.gate:
      row(Binary.gate, a, s, b, t, y, n)
      break
  }
}

export function binaryMap(p: BinaryMap): void {
  rowOf(p.kernel, p.a, 4, p.b, 4, p.y, p.n)
}

/** y = f(a, b): rows of n numbers, s and t bytes apart, along the axes in walk.ts. */
export function binary(kernel: i32, rank: i32, a: usize, s: i32, b: usize, t: i32, y: usize, n: i32): void {
  for (let rows = firstRow(rank, a, b); rows > 0; rows--) {
    rowOf(kernel, left, s, right, t, y, n)
    y += (<usize>n) << 2
    nextRow(rank)
  }
}
