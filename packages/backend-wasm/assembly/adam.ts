import { madd } from './simd'

/**
 * One step of Adam in place, on n numbers. `rate` is the learning rate / (1 − β1^t), `unbias` is 1 / (1 − β2^t).
 *
 * Below the smallest normal float32 processors slow down a hundredfold, and the moments of a dead unit decay to there:
 * moments that small become 0, and a gradient smaller than `negligible`, whose square would be that small, adds nothing
 * to the second moment.
 */
export function adam(
  value: usize, gradient: usize, m: usize, v: usize, n: i32, rate: f32, beta1: f32, beta2: f32, epsilon: f32,
  unbias: f32, rest1: f32, rest2: f32, negligible: f32,
): void {
  // Blocks are rounded up to whole vectors: the last one may compute numbers that nobody asked for.
  for (let i = 0; i < n; i += 4) {
    const g = v128.load(gradient)
    const small = f32x4.lt(f32x4.abs(g), f32x4.splat(negligible))
    const squared = v128.andnot(g, small)
    const nextM = flushed(madd(f32x4.splat(beta1), v128.load(m), f32x4.mul(f32x4.splat(rest1), g)))
    const nextV = flushed(
      madd(f32x4.splat(beta2), v128.load(v), f32x4.mul(f32x4.mul(f32x4.splat(rest2), squared), squared)),
    )
    const size = f32x4.add(f32x4.sqrt(f32x4.mul(nextV, f32x4.splat(unbias))), f32x4.splat(epsilon))
    const change = f32x4.div(f32x4.mul(f32x4.splat(rate), nextM), size)
    v128.store(value, f32x4.sub(v128.load(value), change))
    v128.store(m, nextM)
    v128.store(v, nextV)
    value += 16
    gradient += 16
    m += 16
    v += 16
  }
}

// @ts-ignore: decorator
@inline
function flushed(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(1.17549435e-38)))
}
