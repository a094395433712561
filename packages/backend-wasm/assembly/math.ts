import { madd } from './simd'

// Functions of four numbers at a time, after Cephes (Moshier): reduce the argument, then evaluate a polynomial.
// Largest errors that the tests allow, in units of the last place: exp 1.1, log 1.1, tanh 1.6, sigmoid 2.5, erf 2.5.
// If a result is too small for a normal number, sigmoid may give 0.

// Engines make a constant anew at each use, so they lie in memory, each function's in the order in which it uses them.

const EXP: usize = memory.data<f32>([
  89, -104, 1.44269504, 12582912, -0.693359375, 2.12194440e-4, 1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3,
  4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1,
])
const LOG: usize = memory.data<f32>([
  1.17549435e-38, 8388608, 23, 1, 7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1,
  1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1, -2.12194440e-4, -0.5,
  0.693359375, 0,
])
const TANH: usize = memory.data<f32>([
  1, 2, -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1, 0.625,
])
const ERF: usize = memory.data<f32>([
  7.853861353153693e-5, -8.010193625184903e-4, 5.188327685732524e-3, -2.685381193529856e-2,
  1.12835851486141800e-1, -3.76126258242330000e-1, 1.12837916572671000, 1,
])
const ERFC: usize = memory.data<f32>([
  1, 2.326819970068386e-2, -1.387039388740657e-1, 3.687424674597105e-1, -5.824733027278666e-1,
  6.210004621745983e-1, -4.944515323274145e-1, 3.404879937665872e-1, -2.741127028184656e-1, 5.638259427386472e-1,
  -10.47766399936249, 12.97719955372516, -7.495518717768503, 2.921019019210786, -1.015265279202700,
  4.218463358204948e-1, -2.820767439740514e-1, 5.641895067754075e-1, 2,
])

// @ts-ignore: decorator
@inline
function at(table: usize, i: usize): v128 {
  return v128.load_splat<f32>(table + (i << 2))
}

/** n = nearest(x / ln 2), then e^x = 2^n e^(x − n ln 2); 2^n in two factors, so that it can leave the range. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // `pmin` and `pmax` with x first keep a NaN.
  x = f32x4.pmax(f32x4.pmin(x, at(EXP, 0)), at(EXP, 1))
  // Adding 1½ · 2²³ rounds to an integer, which is then in the low bits.
  const shifted = madd(x, at(EXP, 2), at(EXP, 3))
  const n = f32x4.sub(shifted, at(EXP, 3))
  let r = madd(n, at(EXP, 4), x)
  r = madd(n, at(EXP, 5), r)
  let p = at(EXP, 6)
  p = madd(p, r, at(EXP, 7))
  p = madd(p, r, at(EXP, 8))
  p = madd(p, r, at(EXP, 9))
  p = madd(p, r, at(EXP, 10))
  p = madd(p, r, at(EXP, 11))
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), at(EXP, 12))
  const whole = i32x4.sub(shifted, i32x4.splat(0x4b400000))
  const half = i32x4.shr_s(whole, 1)
  return f32x4.mul(f32x4.mul(p, power2(half)), power2(i32x4.sub(whole, half)))
}

/** 2^n for integer n from −126 to 127. */
// @ts-ignore: decorator
@inline
function power2(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23)
}

/** x = 2^n m with m from √½ to √2, then log x = n ln 2 + log m. */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const tiny = f32x4.lt(x, at(LOG, 0))
  const scaled = v128.bitselect(f32x4.mul(x, at(LOG, 1)), x, tiny)
  // Subtract √½ from the bits, and the exponent is that of 2^n.
  const bits = i32x4.sub(scaled, i32x4.splat(0x3f3504f3))
  let n = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23))
  n = f32x4.sub(n, v128.and(tiny, at(LOG, 2)))
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3))
  const r = f32x4.sub(m, at(LOG, 3))
  const z = f32x4.mul(r, r)
  let p = at(LOG, 4)
  p = madd(p, r, at(LOG, 5))
  p = madd(p, r, at(LOG, 6))
  p = madd(p, r, at(LOG, 7))
  p = madd(p, r, at(LOG, 8))
  p = madd(p, r, at(LOG, 9))
  p = madd(p, r, at(LOG, 10))
  p = madd(p, r, at(LOG, 11))
  p = madd(p, r, at(LOG, 12))
  p = f32x4.mul(f32x4.mul(p, r), z)
  p = madd(n, at(LOG, 13), p)
  p = madd(z, at(LOG, 14), p)
  let y = madd(n, at(LOG, 15), f32x4.add(r, p))
  // log 0 = −∞, log ∞ = ∞, and a negative number or NaN gives NaN.
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.eq(x, at(LOG, 16)))
  y = v128.bitselect(x, y, f32x4.eq(x, f32x4.splat(Infinity)))
  return v128.bitselect(y, f32x4.splat(NaN), f32x4.ge(x, at(LOG, 16)))
}

/** 1 / (1 + e^−x) */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(x))))
}

/** Near 0 an odd polynomial, elsewhere 1 − 2 / (e^2|x| + 1) with the sign of x. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const sign = v128.and(x, f32x4.splat(-0.0))
  const size = f32x4.abs(x)
  const e = exp4(f32x4.add(size, size))
  const far = f32x4.sub(at(TANH, 0), f32x4.div(at(TANH, 1), f32x4.add(e, at(TANH, 0))))
  const z = f32x4.mul(x, x)
  let p = at(TANH, 2)
  p = madd(p, z, at(TANH, 3))
  p = madd(p, z, at(TANH, 4))
  p = madd(p, z, at(TANH, 5))
  p = madd(p, z, at(TANH, 6))
  const near = madd(f32x4.mul(p, z), x, x)
  return v128.or(v128.bitselect(near, far, f32x4.lt(size, at(TANH, 7))), sign)
}

/** Up to 1 an odd polynomial; beyond 1 − erfc|x| with the sign of x, where erfc x = e^−x² P(1/x²) / x. */
// @ts-ignore: decorator
@inline
export function erf4(x: v128): v128 {
  const size = f32x4.abs(x)
  const z = f32x4.mul(x, x)
  let p = at(ERF, 0)
  p = madd(p, z, at(ERF, 1))
  p = madd(p, z, at(ERF, 2))
  p = madd(p, z, at(ERF, 3))
  p = madd(p, z, at(ERF, 4))
  p = madd(p, z, at(ERF, 5))
  p = madd(p, z, at(ERF, 6))
  const near = f32x4.mul(x, p)
  const sign = v128.and(x, f32x4.splat(-0.0))
  const far = v128.or(f32x4.sub(at(ERF, 7), erfcBeyond1(size)), sign)
  return v128.bitselect(near, far, f32x4.lt(size, at(ERF, 7)))
}

// @ts-ignore: decorator
@inline
function erfcBeyond1(x: v128): v128 {
  const inverse = f32x4.div(at(ERFC, 0), x)
  const w = f32x4.mul(inverse, inverse)
  let p = at(ERFC, 1)
  p = madd(p, w, at(ERFC, 2))
  p = madd(p, w, at(ERFC, 3))
  p = madd(p, w, at(ERFC, 4))
  p = madd(p, w, at(ERFC, 5))
  p = madd(p, w, at(ERFC, 6))
  p = madd(p, w, at(ERFC, 7))
  p = madd(p, w, at(ERFC, 8))
  p = madd(p, w, at(ERFC, 9))
  let q = at(ERFC, 10)
  q = madd(q, w, at(ERFC, 11))
  q = madd(q, w, at(ERFC, 12))
  q = madd(q, w, at(ERFC, 13))
  q = madd(q, w, at(ERFC, 14))
  q = madd(q, w, at(ERFC, 15))
  q = madd(q, w, at(ERFC, 16))
  q = madd(q, w, at(ERFC, 17))
  const tail = v128.bitselect(p, q, f32x4.lt(x, at(ERFC, 18)))
  return f32x4.mul(f32x4.mul(exp4(f32x4.neg(f32x4.mul(x, x))), inverse), tail)
}
