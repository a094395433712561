import { AdamStep } from './blocks'
import { madd } from './simd'

/**
 * One step of Adam in place: m ← β1 m + (1 − β1) g, v ← β2 v + (1 − β2) g², and then
 * value ← value − rate m / (√v + epsilon). `rate` and `epsilon` hold the bias corrections, which saves
 * two divisions for each number: they are η √(1 − β2^t) / (1 − β1^t) and ε √(1 − β2^t), as in Kingma and Ba (2015), section 2.
 *
 * Below the smallest normal float32, processors are a hundred times slower, and the moments of a dead unit decay to there.
 * A first moment that small becomes 0. The second stays above: every gradient counts as at least `negligible`, whose share
 * (1 − β2) g² is the smallest normal number, about 10⁻¹⁹ under the root.
 */
export function adam(p: AdamStep): void {
  let value = p.value
  let gradient = p.gradient
  let m = p.m
  let v = p.v
  const RATE = f32x4.splat(p.rate)
  const BETA1 = f32x4.splat(p.beta1)
  const BETA2 = f32x4.splat(p.beta2)
  const EPSILON = f32x4.splat(p.epsilon)
  const REST1 = f32x4.splat(p.rest1)
  const REST2 = f32x4.splat(p.rest2)
  const NEGLIGIBLE = f32x4.splat(p.negligible)
  const MAGNITUDE = i32x4.splat(0x7fffffff)
  const TINY = f32x4.splat(1.17549435e-38)
  // Blocks end with room for two vectors: the last ones may compute numbers past the end.
  for (const end = value + ((<usize>p.n) << 2); value < end; value += 32) {
    for (let half: usize = 0; half < 32; half += 16) {
      const g = v128.load(gradient + half)
      const size = f32x4.pmax(v128.and(g, MAGNITUDE), NEGLIGIBLE)
      const mean = madd(BETA1, v128.load(m + half), f32x4.mul(REST1, g))
      const nextM = v128.andnot(mean, f32x4.lt(v128.and(mean, MAGNITUDE), TINY))
      const nextV = madd(BETA2, v128.load(v + half), f32x4.mul(f32x4.mul(REST2, size), size))
      const change = f32x4.div(f32x4.mul(RATE, nextM), f32x4.add(f32x4.sqrt(nextV), EPSILON))
      v128.store(value + half, f32x4.sub(v128.load(value + half), change))
      v128.store(m + half, nextM)
      v128.store(v + half, nextV)
    }
    gradient += 32
    m += 32
    v += 32
  }
}
