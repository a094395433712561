import { ChannelMoments, ChannelNorm, ChannelNormGradient, ChannelNormSums } from './blocks'
import { madd, narrow, promoteHigh, promoteLow, storeSome, sum4 } from './simd'

// Batch normalization of x [N, C, P]. Images have their P numbers of a channel side by side, and one channel is done after
// the other; rows [N, C] have their channels side by side, and four channels are done at a time. Short sums are added up in
// float32, and these in float64.

/** How many vectors are added up in float32. */
const GROUP: i32 = 32

/** Σ (x − center) or, if SQUARED, Σ (x − center)² over one channel. */
// @ts-ignore: decorator
@inline
export function channelSum(SQUARED: bool, x: usize, N: i32, P: i32, step: usize, center: f32): f64 {
  const centers = f32x4.splat(center)
  let total: f64 = 0
  for (let n = 0; n < N; n++) {
    let at = x
    let i = 0
    while (i + 4 <= P) {
      const end = min(P, i + 4 * GROUP)
      // Two sums, because each addition waits for the one before it.
      let sum = f32x4.splat(0)
      let next = sum
      for (; i + 8 <= end; i += 8) {
        const d = f32x4.sub(v128.load(at), centers)
        const e = f32x4.sub(v128.load(at, 16), centers)
        sum = SQUARED ? madd(d, d, sum) : f32x4.add(sum, d)
        next = SQUARED ? madd(e, e, next) : f32x4.add(next, e)
        at += 32
      }
      if (i + 4 <= end) {
        const d = f32x4.sub(v128.load(at), centers)
        sum = SQUARED ? madd(d, d, sum) : f32x4.add(sum, d)
        at += 16
        i += 4
      }
      total += sum4(f32x4.add(sum, next))
    }
    for (; i < P; i++) {
      const d = load<f32>(at) - center
      total += SQUARED ? d * d : d
      at += 4
    }
    x += step
  }
  return total
}

function rowsOfChannels(p: ChannelMoments): void {
  const N = p.N
  const step = p.step
  const factor = f64x2.splat(1 / <f64>N)
  for (let c = 0; c < p.channels; c += 4) {
    const byte = (<usize>c) << 2
    let a = f64x2.splat(0)
    let b = a
    let at = p.x + byte
    for (let n = 0; n < N; n++) {
      const v = v128.load(at)
      a = f64x2.add(a, promoteLow(v))
      b = f64x2.add(b, promoteHigh(v))
      at += step
    }
    const center = narrow(f64x2.mul(a, factor), f64x2.mul(b, factor))
    a = f64x2.splat(0)
    b = a
    at = p.x + byte
    for (let n = 0; n < N; n++) {
      const d = f32x4.sub(v128.load(at), center)
      const square = f32x4.mul(d, d)
      a = f64x2.add(a, promoteLow(square))
      b = f64x2.add(b, promoteHigh(square))
      at += step
    }
    storeSome(p.mean + byte, center, p.channels - c)
    storeSome(p.variance + byte, narrow(f64x2.mul(a, factor), f64x2.mul(b, factor)), p.channels - c)
  }
}

/** Mean and variance of each channel. */
export function channelMoments(p: ChannelMoments): void {
  const P = p.P
  if (P == 1) return rowsOfChannels(p)
  const N = p.N
  const step = p.step
  const count = <f64>N * <f64>P
  let x = p.x
  for (let c: usize = 0; c < <usize>p.channels; c++) {
    const center = <f32>(channelSum(false, x, N, P, step, 0) / count)
    store<f32>(p.mean + (c << 2), center)
    store<f32>(p.variance + (c << 2), <f32>(channelSum(true, x, N, P, step, center) / count))
    x += (<usize>P) << 2
  }
}

/** y = (x − mean) · factor + shift, where factor = scale / √(variance + ε) */
export function batchNorm(p: ChannelNorm): void {
  const N = p.N
  const P = p.P
  const step = p.step
  const epsilon = f32x4.splat(p.epsilon)
  const width = P == 1 ? 4 : 1
  for (let c = 0; c < p.channels; c += width) {
    const byte = (<usize>c) << 2
    const center = each(P, p.mean + byte)
    const shift = each(P, p.shift + byte)
    const deviation = f32x4.sqrt(f32x4.add(each(P, p.variance + byte), epsilon))
    const factor = f32x4.div(each(P, p.scale + byte), deviation)
    const plane = byte * P
    const count = P == 1 ? p.channels - c : P
    for (let n = 0; n < N; n++) {
      let x = p.x + plane + step * n
      let y = p.y + plane + step * n
      for (let i = count; i > 0; i -= 4) {
        storeSome(y, madd(f32x4.sub(v128.load(x), center), factor, shift), i)
        if (P == 1) break
        x += 16
        y += 16
      }
    }
  }
}

/** With z = (x − mean) / √(variance + ε): Σ dy z and Σ dy. */
export function batchNormSums(p: ChannelNormSums): void {
  if (p.P == 1) sumsOfRows(p)
  else sumsOfPlanes(p)
}

function sumsOfRows(p: ChannelNormSums): void {
  const N = p.N
  const step = p.step
  for (let c = 0; c < p.channels; c += 4) {
    const byte = (<usize>c) << 2
    const center = v128.load(p.mean + byte)
    const deviation = f32x4.sqrt(f32x4.add(v128.load(p.variance + byte), f32x4.splat(p.epsilon)))
    let x = p.x + byte
    let dy = p.dy + byte
    let s0 = f64x2.splat(0)
    let s1 = s0
    let t0 = s0
    let t1 = s0
    for (let n = 0; n < N; n++) {
      const g = v128.load(dy)
      const product = f32x4.mul(g, f32x4.sub(v128.load(x), center))
      s0 = f64x2.add(s0, promoteLow(g))
      s1 = f64x2.add(s1, promoteHigh(g))
      t0 = f64x2.add(t0, promoteLow(product))
      t1 = f64x2.add(t1, promoteHigh(product))
      x += step
      dy += step
    }
    storeSome(p.products + byte, f32x4.div(narrow(t0, t1), deviation), p.channels - c)
    storeSome(p.sums + byte, narrow(s0, s1), p.channels - c)
  }
}

function sumsOfPlanes(p: ChannelNormSums): void {
  const N = p.N
  const P = p.P
  const step = p.step
  for (let c: usize = 0; c < <usize>p.channels; c++) {
    const plane = c * ((<usize>P) << 2)
    const center = load<f32>(p.mean + (c << 2))
    const centers = f32x4.splat(center)
    let sum: f64 = 0
    let product: f64 = 0
    for (let n = 0; n < N; n++) {
      let x = p.x + plane + step * n
      let dy = p.dy + plane + step * n
      let i = 0
      while (i + 4 <= P) {
        const end = min(P, i + 4 * GROUP)
        let sums = f32x4.splat(0)
        let products = sums
        for (; i + 4 <= end; i += 4) {
          const g = v128.load(dy)
          sums = f32x4.add(sums, g)
          products = madd(g, f32x4.sub(v128.load(x), centers), products)
          x += 16
          dy += 16
        }
        sum += sum4(sums)
        product += sum4(products)
      }
      for (; i < P; i++) {
        const g = load<f32>(dy)
        sum += g
        product += g * (load<f32>(x) - center)
        x += 4
        dy += 4
      }
    }
    const deviation = sqrt<f64>(<f64>load<f32>(p.variance + (c << 2)) + p.epsilon)
    store<f32>(p.products + (c << 2), <f32>(product / deviation))
    store<f32>(p.sums + (c << 2), <f32>sum)
  }
}

/** dx = factor (dy − Σ dy / n − z Σ dy z / n), where factor = scale / √(variance + ε) */
export function batchNormInputGradient(p: ChannelNormGradient): void {
  const N = p.N
  const P = p.P
  const step = p.step
  const share = f32x4.splat(1 / (<f32>N * <f32>P))
  const epsilon = f32x4.splat(p.epsilon)
  const width = P == 1 ? 4 : 1
  for (let c = 0; c < p.channels; c += width) {
    const byte = (<usize>c) << 2
    const center = each(P, p.mean + byte)
    const inverse = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(each(P, p.variance + byte), epsilon)))
    const factor = f32x4.mul(each(P, p.scale + byte), inverse)
    const meanGradient = f32x4.mul(each(P, p.sums + byte), share)
    const slope = f32x4.mul(f32x4.mul(each(P, p.products + byte), share), inverse)
    const plane = byte * P
    const count = P == 1 ? p.channels - c : P
    for (let n = 0; n < N; n++) {
      let x = p.x + plane + step * n
      let dy = p.dy + plane + step * n
      let dx = p.dx + plane + step * n
      for (let i = count; i > 0; i -= 4) {
        const rest = madd(f32x4.sub(v128.load(x), center), slope, meanGradient)
        storeSome(dx, f32x4.mul(f32x4.sub(v128.load(dy), rest), factor), i)
        if (P == 1) break
        x += 16
        dy += 16
        dx += 16
      }
    }
  }
}

/** Four channels side by side if each has one number, and the same channel four times otherwise. */
// @ts-ignore: decorator
@inline
function each(P: i32, x: usize): v128 {
  return P == 1 ? v128.load(x) : v128.load_splat<f32>(x)
}
