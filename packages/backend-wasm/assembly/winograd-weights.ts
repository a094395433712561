import { load4 } from './simd'

// The weights of winograd.ts: U = G g Gᵀ, and its transpose for the gradient. A vector holds the same number of four
// kernels; the last four may overlap those before.

/** Holds four kernels between the transform of their columns and that of their rows: 18 vectors. */
const temp: usize = memory.data(18 * 16, 16)

/** Bytes of a kernel of 3 × 3 numbers. */
const KERNEL: usize = 36

/** G g: from three vectors to six. */
// @ts-ignore: decorator
@inline
function widen(g0: v128, g1: v128, g2: v128, y: usize, to: usize): void {
  const sixth = f32x4.splat(1.0 / 6.0)
  const quarter = f32x4.mul(g0, f32x4.splat(0.25))
  const half = f32x4.mul(g1, f32x4.splat(0.5))
  v128.store(y, quarter)
  v128.store(y + to, f32x4.mul(f32x4.neg(f32x4.add(f32x4.add(g0, g1), g2)), sixth))
  v128.store(y + 2 * to, f32x4.mul(f32x4.sub(f32x4.sub(g1, g0), g2), sixth))
  v128.store(y + 3 * to, f32x4.mul(f32x4.add(f32x4.add(quarter, half), g2), sixth))
  v128.store(y + 4 * to, f32x4.mul(f32x4.add(f32x4.sub(quarter, half), g2), sixth))
  v128.store(y + 5 * to, g2)
}

/** w [O, C, 3, 3] → u [36, O, C], at least four kernels; the points of u are `pointStep` bytes apart. */
export function winogradWeights(w: usize, u: usize, O: i32, C: i32, pointStep: usize): void {
  const count = O * C
  for (let i = 0; i < count; i += 4) {
    const first = <usize>min(i, count - 4)
    const from = w + first * KERNEL
    const to = u + (first << 2)
    for (let j: usize = 0; j < 3; j++) {
      const g = from + (j << 2)
      widen(load4(g, KERNEL), load4(g + 12, KERNEL), load4(g + 24, KERNEL), temp + (j << 4), 48)
    }
    for (let r: usize = 0; r < 6; r++) {
      const g = temp + 48 * r
      widen(v128.load(g), v128.load(g, 16), v128.load(g, 32), to + 6 * r * pointStep, pointStep)
    }
  }
}

/** Gᵀ s: from six vectors to three. */
// @ts-ignore: decorator
@inline
function narrow(s0: v128, s1: v128, s2: v128, s3: v128, s4: v128, s5: v128, y: usize, to: usize): void {
  const sixth = f32x4.splat(1.0 / 6.0)
  const quarter = f32x4.splat(0.25)
  const near = f32x4.mul(f32x4.add(s1, s2), sixth)
  const far = f32x4.mul(f32x4.add(s3, s4), sixth)
  const odd = f32x4.mul(f32x4.sub(s3, s4), f32x4.splat(0.5))
  v128.store(y, f32x4.add(f32x4.sub(f32x4.mul(s0, quarter), near), f32x4.mul(far, quarter)))
  v128.store(y + to, f32x4.mul(f32x4.add(f32x4.sub(s2, s1), odd), sixth))
  v128.store(y + 2 * to, f32x4.add(f32x4.sub(far, near), s5))
}

/** Four numbers of float64 as float32. */
// @ts-ignore: decorator
@inline
function loadRounded(x: usize): v128 {
  const low = f32x4.demote_f64x2_zero(v128.load(x))
  return v128.shuffle<f32>(low, f32x4.demote_f64x2_zero(v128.load(x, 16)), 0, 1, 4, 5)
}

/** totals [36, O, C] in float64 → dw [O, C, 3, 3], at least four kernels */
export function winogradWeightGradient(totals: usize, dw: usize, O: i32, C: i32): void {
  const count = O * C
  const step = (<usize>count) << 3
  const row = 6 * step
  for (let i = 0; i < count; i += 4) {
    const first = <usize>min(i, count - 4)
    let s = totals + (first << 3)
    for (let j: usize = 0; j < 6; j++) {
      const s0 = loadRounded(s)
      const s1 = loadRounded(s + row)
      const s2 = loadRounded(s + 2 * row)
      const s3 = loadRounded(s + 3 * row)
      const s4 = loadRounded(s + 4 * row)
      narrow(s0, s1, s2, s3, s4, loadRounded(s + 5 * row), temp + (j << 4), 96)
      s += step
    }
    for (let r: usize = 0; r < 3; r++) {
      const t = temp + 96 * r
      const t3 = v128.load(t, 48)
      narrow(v128.load(t), v128.load(t, 16), v128.load(t, 32), t3, v128.load(t, 64), v128.load(t, 80), t, 16)
      const to = dw + first * KERNEL + 12 * r
      for (let j: usize = 0; j < 12; j += 4) storeFour(to + j, v128.load(t + (j << 2)))
    }
  }
}

/** The same number of four kernels. */
// @ts-ignore: decorator
@inline
function storeFour(y: usize, v: v128): void {
  v128.store_lane<f32>(y, v, 0)
  v128.store_lane<f32>(y + KERNEL, v, 1)
  v128.store_lane<f32>(y + 2 * KERNEL, v, 2)
  v128.store_lane<f32>(y + 3 * KERNEL, v, 3)
}
