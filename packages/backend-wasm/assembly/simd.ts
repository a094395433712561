// Small helpers that every kernel uses. All pointers and strides are in bytes; a vector is four float32.

/** a b + c, rounded once if the processor fuses them; the plain build always rounds twice. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}

/** Four numbers, `stride` bytes apart. */
// @ts-ignore: decorator
@inline
export function load4(x: usize, stride: isize): v128 {
  let v = v128.load_zero<f32>(x)
  v = v128.load_lane<f32>(x + stride, v, 1)
  v = v128.load_lane<f32>(x + 2 * stride, v, 2)
  return v128.load_lane<f32>(x + 3 * stride, v, 3)
}

/** The first two numbers in float64. */
// @ts-ignore: decorator
@inline
export function promoteLow(v: v128): v128 {
  return f64x2.promote_low_f32x4(v)
}

/** The last two numbers in float64. */
// @ts-ignore: decorator
@inline
export function promoteHigh(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3))
}

/** Two and two numbers of float64 in float32. */
// @ts-ignore: decorator
@inline
export function narrow(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5)
}

/** Writes the first `count` numbers of a vector, or all four if `count` is more. */
// @ts-ignore: decorator
@inline
export function storeSome(y: usize, v: v128, count: i32): void {
  if (count >= 4) {
    v128.store(y, v)
    return
  }
  if (count > 0) v128.store_lane<f32>(y, v, 0)
  if (count > 1) v128.store_lane<f32>(y, v, 1, 4)
  if (count > 2) v128.store_lane<f32>(y, v, 2, 8)
}

/** The sum of the four numbers. */
// @ts-ignore: decorator
@inline
export function sum4(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  )
}

/** Their sum four times. */
// @ts-ignore: decorator
@inline
export function splatSum(v: v128): v128 {
  v = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1))
  return f32x4.add(v, v128.shuffle<f32>(v, v, 1, 0, 3, 2))
}

/** The largest of the four numbers four times; it may ignore a NaN. */
// @ts-ignore: decorator
@inline
export function splatLargest(v: v128): v128 {
  v = f32x4.pmax(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1))
  return f32x4.pmax(v, v128.shuffle<f32>(v, v, 1, 0, 3, 2))
}

/** The largest of the four; NaN if one of them is. */
// @ts-ignore: decorator
@inline
export function max4(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  )
}

/** Copies float32 numbers; for short rows, because `memory.copy` would be a call out of the module. */
// @ts-ignore: decorator
@inline
export function copyShort(y: usize, x: usize, bytes: usize): void {
  const whole = y + (bytes & ~15)
  const end = y + bytes
  for (; y < whole; y += 16) {
    v128.store(y, v128.load(x))
    x += 16
  }
  for (; y < end; y += 4) {
    store<f32>(y, load<f32>(x))
    x += 4
  }
}

/** y = totals, from float64 to float32. */
export function roundTotals(totals: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<f32>(y, <f32>load<f64>(totals))
    totals += 8
    y += 4
  }
}
