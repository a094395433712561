import { madd } from './simd'

// Functions of four numbers at a time, after Cephes (Moshier): reduce the argument, then evaluate a polynomial.
// Largest errors that the tests allow, in units of the last place: exp 1.1, log 1.1, tanh 1.6, sigmoid 2.5, erf 2.5.
// If a result is too small for a normal number, sigmoid may give 0.

/** n = nearest(x / ln 2), then e^x = 2^n e^(x − n ln 2); 2^n in two factors, so that it can leave the range. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // `pmin` and `pmax` with x first keep a NaN.
  x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-104))
  // Adding 1½ · 2²³ rounds to an integer, which is then in the low bits.
  const shifted = madd(x, f32x4.splat(1.44269504), f32x4.splat(12582912))
  const n = f32x4.sub(shifted, f32x4.splat(12582912))
  let r = madd(n, f32x4.splat(-0.693359375), x)
  r = madd(n, f32x4.splat(2.12194440e-4), r)
  let p = f32x4.splat(1.9875691500e-4)
  p = madd(p, r, f32x4.splat(1.3981999507e-3))
  p = madd(p, r, f32x4.splat(8.3334519073e-3))
  p = madd(p, r, f32x4.splat(4.1665795894e-2))
  p = madd(p, r, f32x4.splat(1.6666665459e-1))
  p = madd(p, r, f32x4.splat(5.0000001201e-1))
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), f32x4.splat(1))
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
  const tiny = f32x4.lt(x, f32x4.splat(1.17549435e-38))
  const scaled = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, tiny)
  // Subtract √½ from the bits, and the exponent is that of 2^n.
  const bits = i32x4.sub(scaled, i32x4.splat(0x3f3504f3))
  let n = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23))
  n = f32x4.sub(n, v128.and(tiny, f32x4.splat(23)))
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3))
  const r = f32x4.sub(m, f32x4.splat(1))
  const z = f32x4.mul(r, r)
  let p = f32x4.splat(7.0376836292e-2)
  p = madd(p, r, f32x4.splat(-1.1514610310e-1))
  p = madd(p, r, f32x4.splat(1.1676998740e-1))
  p = madd(p, r, f32x4.splat(-1.2420140846e-1))
  p = madd(p, r, f32x4.splat(1.4249322787e-1))
  p = madd(p, r, f32x4.splat(-1.6668057665e-1))
  p = madd(p, r, f32x4.splat(2.0000714765e-1))
  p = madd(p, r, f32x4.splat(-2.4999993993e-1))
  p = madd(p, r, f32x4.splat(3.3333331174e-1))
  p = f32x4.mul(f32x4.mul(p, r), z)
  p = madd(n, f32x4.splat(-2.12194440e-4), p)
  p = madd(z, f32x4.splat(-0.5), p)
  let y = madd(n, f32x4.splat(0.693359375), f32x4.add(r, p))
  // log 0 = −∞, log ∞ = ∞, and a negative number or NaN gives NaN.
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.eq(x, f32x4.splat(0)))
  y = v128.bitselect(x, y, f32x4.eq(x, f32x4.splat(Infinity)))
  return v128.bitselect(y, f32x4.splat(NaN), f32x4.ge(x, f32x4.splat(0)))
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
  const far = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.splat(2), f32x4.add(e, f32x4.splat(1))))
  const z = f32x4.mul(x, x)
  let p = f32x4.splat(-5.70498872745e-3)
  p = madd(p, z, f32x4.splat(2.06390887954e-2))
  p = madd(p, z, f32x4.splat(-5.37397155531e-2))
  p = madd(p, z, f32x4.splat(1.33314422036e-1))
  p = madd(p, z, f32x4.splat(-3.33332819422e-1))
  const near = madd(f32x4.mul(p, z), x, x)
  return v128.or(v128.bitselect(near, far, f32x4.lt(size, f32x4.splat(0.625))), sign)
}

/** Up to 1 an odd polynomial; beyond 1 − erfc|x| with the sign of x, where erfc x = e^−x² P(1/x²) / x. */
// @ts-ignore: decorator
@inline
export function erf4(x: v128): v128 {
  const size = f32x4.abs(x)
  const z = f32x4.mul(x, x)
  let p = f32x4.splat(7.853861353153693e-5)
  p = madd(p, z, f32x4.splat(-8.010193625184903e-4))
  p = madd(p, z, f32x4.splat(5.188327685732524e-3))
  p = madd(p, z, f32x4.splat(-2.685381193529856e-2))
  p = madd(p, z, f32x4.splat(1.12835851486141800e-1))
  p = madd(p, z, f32x4.splat(-3.76126258242330000e-1))
  p = madd(p, z, f32x4.splat(1.12837916572671000))
  const near = f32x4.mul(x, p)
  const sign = v128.and(x, f32x4.splat(-0.0))
  const far = v128.or(f32x4.sub(f32x4.splat(1), erfcBeyond1(size)), sign)
  return v128.bitselect(near, far, f32x4.lt(size, f32x4.splat(1)))
}

// @ts-ignore: decorator
@inline
function erfcBeyond1(x: v128): v128 {
  const inverse = f32x4.div(f32x4.splat(1), x)
  const w = f32x4.mul(inverse, inverse)
  let p = f32x4.splat(2.326819970068386e-2)
  p = madd(p, w, f32x4.splat(-1.387039388740657e-1))
  p = madd(p, w, f32x4.splat(3.687424674597105e-1))
  p = madd(p, w, f32x4.splat(-5.824733027278666e-1))
  p = madd(p, w, f32x4.splat(6.210004621745983e-1))
  p = madd(p, w, f32x4.splat(-4.944515323274145e-1))
  p = madd(p, w, f32x4.splat(3.404879937665872e-1))
  p = madd(p, w, f32x4.splat(-2.741127028184656e-1))
  p = madd(p, w, f32x4.splat(5.638259427386472e-1))
  let q = f32x4.splat(-10.47766399936249)
  q = madd(q, w, f32x4.splat(12.97719955372516))
  q = madd(q, w, f32x4.splat(-7.495518717768503))
  q = madd(q, w, f32x4.splat(2.921019019210786))
  q = madd(q, w, f32x4.splat(-1.015265279202700))
  q = madd(q, w, f32x4.splat(4.218463358204948e-1))
  q = madd(q, w, f32x4.splat(-2.820767439740514e-1))
  q = madd(q, w, f32x4.splat(5.641895067754075e-1))
  const tail = v128.bitselect(p, q, f32x4.lt(x, f32x4.splat(2)))
  return f32x4.mul(f32x4.mul(exp4(f32x4.neg(f32x4.mul(x, x))), inverse), tail)
}
