import { channelSum } from './batch-norm'
import { LayerNorm, LayerNormGradient, LayerNormSums, RowMoments } from './blocks'
import { madd, narrow, promoteHigh, promoteLow, storeSome, sum4 } from './simd'

// Layer normalization of rows x [R, S], by the mean and the inverse deviation 1 / √(variance + ε) of each row. Short sums are
// added up in float32, and these in float64.

/** How many numbers are added up in float32. */
const GROUP: i32 = 32

/** Mean and inverse deviation of each row. */
export function rowMoments(p: RowMoments): void {
  const S = p.S
  const epsilon = <f64>p.epsilon
  let x = p.x
  for (let r: usize = 0; r < <usize>p.rows; r++) {
    const center = <f32>(channelSum(false, x, 1, S, 0, 0) / S)
    const variance = channelSum(true, x, 1, S, 0, center) / S
    store<f32>(p.mean + (r << 2), center)
    store<f32>(p.inverse + (r << 2), <f32>(1 / sqrt<f64>(variance + epsilon)))
    x += (<usize>S) << 2
  }
}

/** y = (x − mean) · inverse · scale + shift */
export function layerNorm(p: LayerNorm): void {
  const S = p.S
  const bytes = (<usize>S) << 2
  const whole = bytes & ~15
  const scale = p.scale
  const shift = p.shift
  let x = p.x
  let y = p.y
  for (let r: usize = 0; r < <usize>p.rows; r++) {
    const center = v128.load_splat<f32>(p.mean + (r << 2))
    const inverse = v128.load_splat<f32>(p.inverse + (r << 2))
    let i: usize = 0
    for (; i < whole; i += 16) v128.store(y + i, scaled(x + i, center, inverse, scale + i, shift + i))
    if (i < bytes) storeSome(y + i, scaled(x + i, center, inverse, scale + i, shift + i), S & 3)
    x += bytes
    y += bytes
  }
}

// @ts-ignore: decorator
@inline
function scaled(x: usize, center: v128, inverse: v128, scale: usize, shift: usize): v128 {
  return madd(f32x4.mul(f32x4.sub(v128.load(x), center), inverse), v128.load(scale), v128.load(shift))
}

/** With z = (x − mean) · inverse: Σ dy z and Σ dy of each column, eight columns at a time. */
export function layerNormSums(p: LayerNormSums): void {
  for (let column = 0; column < p.columns; column += 8) sumsOfEight(p, (<usize>column) << 2, p.columns - column)
}

function sumsOfEight(p: LayerNormSums, byte: usize, count: i32): void {
  const step = p.step
  let x = p.x + byte
  let dy = p.dy + byte
  let mean = p.mean
  let inverse = p.inverse
  const zero = f64x2.splat(0)
  let s0 = zero
  let s1 = zero
  let s2 = zero
  let s3 = zero
  let t0 = zero
  let t1 = zero
  let t2 = zero
  let t3 = zero
  for (let rows = p.rows; rows > 0; rows -= GROUP) {
    let sum = zero
    let sumNext = zero
    let product = zero
    let productNext = zero
    for (let r = min(rows, GROUP); r > 0; r--) {
      const center = v128.load_splat<f32>(mean)
      const factor = v128.load_splat<f32>(inverse)
      const g = v128.load(dy)
      const h = v128.load(dy, 16)
      sum = f32x4.add(sum, g)
      sumNext = f32x4.add(sumNext, h)
      product = madd(g, f32x4.mul(f32x4.sub(v128.load(x), center), factor), product)
      productNext = madd(h, f32x4.mul(f32x4.sub(v128.load(x, 16), center), factor), productNext)
      mean += 4
      inverse += 4
      x += step
      dy += step
    }
    s0 = f64x2.add(s0, promoteLow(sum))
    s1 = f64x2.add(s1, promoteHigh(sum))
    s2 = f64x2.add(s2, promoteLow(sumNext))
    s3 = f64x2.add(s3, promoteHigh(sumNext))
    t0 = f64x2.add(t0, promoteLow(product))
    t1 = f64x2.add(t1, promoteHigh(product))
    t2 = f64x2.add(t2, promoteLow(productNext))
    t3 = f64x2.add(t3, promoteHigh(productNext))
  }
  storeSome(p.sums + byte, narrow(s0, s1), count)
  storeSome(p.sums + byte + 16, narrow(s2, s3), count - 4)
  storeSome(p.products + byte, narrow(t0, t1), count)
  storeSome(p.products + byte + 16, narrow(t2, t3), count - 4)
}

/** dx = inverse (g − mean of g − z · mean of g z), where g = dy · scale and z = (x − mean) · inverse */
export function layerNormInputGradient(p: LayerNormGradient): void {
  const S = p.S
  const bytes = (<usize>S) << 2
  const whole = bytes & ~15
  const scale = p.scale
  const share = 1 / <f64>S
  let x = p.x
  let dy = p.dy
  let dx = p.dx
  for (let r: usize = 0; r < <usize>p.rows; r++) {
    const center = load<f32>(p.mean + (r << 2))
    const centers = f32x4.splat(center)
    const inverse = load<f32>(p.inverse + (r << 2))
    let total: f64 = 0
    let product: f64 = 0
    let i: usize = 0
    while (i < whole) {
      const end = min(whole, i + 16 * GROUP)
      let sums = f32x4.splat(0)
      let next = sums
      let products = sums
      let nextProducts = sums
      for (; i + 16 < end; i += 32) {
        const g = f32x4.mul(v128.load(dy + i), v128.load(scale + i))
        const h = f32x4.mul(v128.load(dy + i, 16), v128.load(scale + i, 16))
        sums = f32x4.add(sums, g)
        next = f32x4.add(next, h)
        products = madd(g, f32x4.sub(v128.load(x + i), centers), products)
        nextProducts = madd(h, f32x4.sub(v128.load(x + i, 16), centers), nextProducts)
      }
      if (i < end) {
        const g = f32x4.mul(v128.load(dy + i), v128.load(scale + i))
        sums = f32x4.add(sums, g)
        products = madd(g, f32x4.sub(v128.load(x + i), centers), products)
        i += 16
      }
      total += sum4(f32x4.add(sums, next))
      product += sum4(f32x4.add(products, nextProducts))
    }
    for (; i < bytes; i += 4) {
      const g = load<f32>(dy + i) * load<f32>(scale + i)
      total += g
      product += g * (load<f32>(x + i) - center)
    }
    const factor = f32x4.splat(inverse)
    const meanGradient = f32x4.splat(<f32>(total * share))
    const slope = f32x4.splat(<f32>(product * share * inverse * inverse))
    for (i = 0; i < whole; i += 16) v128.store(dx + i, moved(x + i, dy + i, scale + i, centers, factor, meanGradient, slope))
    if (i < bytes) storeSome(dx + i, moved(x + i, dy + i, scale + i, centers, factor, meanGradient, slope), S & 3)
    x += bytes
    dy += bytes
    dx += bytes
  }
}

// @ts-ignore: decorator
@inline
function moved(x: usize, dy: usize, scale: usize, center: v128, factor: v128, meanGradient: v128, slope: v128): v128 {
  const rest = madd(f32x4.sub(v128.load(x), center), slope, meanGradient)
  return f32x4.mul(f32x4.sub(f32x4.mul(v128.load(dy), v128.load(scale)), rest), factor)
}
