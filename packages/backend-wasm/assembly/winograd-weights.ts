// The weights of winograd.ts: U = G g Gᵀ, and its transpose for the gradient.

const temp: usize = memory.data(36 * 4, 16)

/** G g: from three numbers to six. */
// @ts-ignore: decorator
@inline
function widen(g0: f32, g1: f32, g2: f32, y: usize, to: usize): void {
  const sixth: f32 = 1.0 / 6.0
  const quarter = g0 * 0.25
  const half = g1 * 0.5
  store<f32>(y, quarter)
  store<f32>(y + to, -(g0 + g1 + g2) * sixth)
  store<f32>(y + 2 * to, (g1 - g0 - g2) * sixth)
  store<f32>(y + 3 * to, (quarter + half + g2) * sixth)
  store<f32>(y + 4 * to, (quarter - half + g2) * sixth)
  store<f32>(y + 5 * to, g2)
}

/** w [O, C, 3, 3] → u [36, O, C] */
export function winogradWeights(w: usize, u: usize, O: i32, C: i32): void {
  const pointStep = (<usize>(O * C)) << 2
  for (let i = 0; i < O * C; i++) {
    for (let j: usize = 0; j < 3; j++) {
      const g = w + (j << 2)
      widen(load<f32>(g), load<f32>(g, 12), load<f32>(g, 24), temp + (j << 2), 12)
    }
    for (let r: usize = 0; r < 6; r++) {
      const g = temp + 12 * r
      widen(load<f32>(g), load<f32>(g, 4), load<f32>(g, 8), u + 6 * r * pointStep, pointStep)
    }
    w += 36
    u += 4
  }
}

/** Gᵀ s: from six numbers, `step` bytes apart, to three. */
// @ts-ignore: decorator
@inline
function narrow(s0: f32, s1: f32, s2: f32, s3: f32, s4: f32, s5: f32, y: usize, to: usize): void {
  const sixth: f32 = 1.0 / 6.0
  const near = (s1 + s2) * sixth
  const far = (s3 + s4) * sixth
  store<f32>(y, s0 * 0.25 - near + far * 0.25)
  store<f32>(y + to, (s2 - s1 + (s3 - s4) * 0.5) * sixth)
  store<f32>(y + 2 * to, far - near + s5)
}

/** totals [36, O, C] in float64 → dw [O, C, 3, 3] */
export function winogradWeightGradient(totals: usize, dw: usize, O: i32, C: i32): void {
  const step = (<usize>(O * C)) << 3
  for (let i = 0; i < O * C; i++) {
    let s = totals
    for (let j: usize = 0; j < 6; j++) {
      const s0 = <f32>load<f64>(s)
      const s1 = <f32>load<f64>(s + 6 * step)
      const s2 = <f32>load<f64>(s + 12 * step)
      const s3 = <f32>load<f64>(s + 18 * step)
      const s4 = <f32>load<f64>(s + 24 * step)
      narrow(s0, s1, s2, s3, s4, <f32>load<f64>(s + 30 * step), temp + (j << 2), 24)
      s += step
    }
    for (let r: usize = 0; r < 3; r++) {
      const t = temp + 24 * r
      const t3 = load<f32>(t, 12)
      narrow(load<f32>(t), load<f32>(t, 4), load<f32>(t, 8), t3, load<f32>(t, 16), load<f32>(t, 20), dw + 12 * r, 4)
    }
    totals += 8
    dw += 36
  }
}
