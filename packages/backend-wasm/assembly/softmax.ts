import { exp4, log4 } from './math'
import { splatLargest, splatSum, storeSome, sum4 } from './simd'

// Rows of C numbers, each shifted by its largest so that nothing overflows. The largest may ignore a NaN, because the sum of
// the exponentials is NaN then.

/** How many numbers are added up in float32; the sums of blocks are added in float64. A multiple of 4. */
const BLOCK: i32 = 512

/** The first n numbers of a vector, and 0 in place of the others, whatever they are. */
// @ts-ignore: decorator
@inline
function first(v: v128, n: i32): v128 {
  return v128.and(v, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(n)))
}

/** The largest number of a row. `pmax` is one instruction, and `max` with its rule for NaN is seven. */
function largest(x: usize, C: i32): f32 {
  let best = v128.load_splat<f32>(x)
  let other = best
  let i = 0
  for (; i + 8 <= C; i += 8) {
    best = f32x4.pmax(best, v128.load(x))
    other = f32x4.pmax(other, v128.load(x, 16))
    x += 32
  }
  for (; i < C; i++) {
    best = f32x4.pmax(best, v128.load_splat<f32>(x))
    x += 4
  }
  return f32x4.extract_lane(splatLargest(f32x4.pmax(best, other)), 0)
}

/** y = exp(x − shift); returns Σ y. */
function expRow(x: usize, y: usize, C: i32, shift: f32): f32 {
  const shifts = f32x4.splat(shift)
  let sum: f64 = 0
  let i = 0
  while (i + 4 <= C) {
    const end = min(C, i + BLOCK)
    let total = f32x4.splat(0)
    for (; i + 4 <= end; i += 4) {
      const e = exp4(f32x4.sub(v128.load(x), shifts))
      v128.store(y, e)
      total = f32x4.add(total, e)
      x += 16
      y += 16
    }
    sum += sum4(total)
  }
  if (i < C) {
    const e = exp4(f32x4.sub(v128.load(x), shifts))
    storeSome(y, e, C - i)
    sum += sum4(first(e, C - i))
  }
  return <f32>sum
}

/** The same without keeping the terms. */
function sumExp(x: usize, C: i32, shift: f32): f32 {
  const shifts = f32x4.splat(shift)
  let sum: f64 = 0
  let i = 0
  while (i + 4 <= C) {
    const end = min(C, i + BLOCK)
    let total = f32x4.splat(0)
    for (; i + 4 <= end; i += 4) {
      total = f32x4.add(total, exp4(f32x4.sub(v128.load(x), shifts)))
      x += 16
    }
    sum += sum4(total)
  }
  if (i < C) sum += sum4(first(exp4(f32x4.sub(v128.load(x), shifts)), C - i))
  return <f32>sum
}

// @ts-ignore: decorator
@inline
function logOf(x: f32): f32 {
  return f32x4.extract_lane(log4(f32x4.splat(x)), 0)
}

function scaleRow(y: usize, C: i32, by: f32): void {
  const factor = f32x4.splat(by)
  let i = 0
  for (; i + 4 <= C; i += 4) {
    v128.store(y, f32x4.mul(v128.load(y), factor))
    y += 16
  }
  for (; i < C; i++) {
    store<f32>(y, load<f32>(y) * by)
    y += 4
  }
}

/**
 * Rows of 4 to 16 numbers stay in VECTORS registers. The last one ends where the row ends, so it has some numbers of the one
 * before it again, which `added` keeps out of the sum.
 */
// @ts-ignore: decorator
@inline
function shortRows(VECTORS: i32, x: usize, y: usize, R: i32, C: i32): void {
  const bytes = (<usize>C) << 2
  const last = bytes - 16
  const added = i32x4.ge_s(i32x4(0, 1, 2, 3), i32x4.splat(4 * VECTORS - C))
  for (; R > 0; R--) {
    let d = v128.load(x + last)
    let a = VECTORS > 1 ? v128.load(x) : d
    let b = VECTORS > 2 ? v128.load(x, 16) : a
    let c = VECTORS > 3 ? v128.load(x, 32) : b
    const shift = splatLargest(f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d)))
    d = exp4(f32x4.sub(d, shift))
    if (VECTORS > 1) a = exp4(f32x4.sub(a, shift))
    if (VECTORS > 2) b = exp4(f32x4.sub(b, shift))
    if (VECTORS > 3) c = exp4(f32x4.sub(c, shift))
    let sum = v128.and(d, added)
    if (VECTORS > 1) sum = f32x4.add(sum, a)
    if (VECTORS > 2) sum = f32x4.add(sum, b)
    if (VECTORS > 3) sum = f32x4.add(sum, c)
    const factor = f32x4.div(f32x4.splat(1), splatSum(sum))
    if (VECTORS > 1) v128.store(y, f32x4.mul(a, factor))
    if (VECTORS > 2) v128.store(y, f32x4.mul(b, factor), 16)
    if (VECTORS > 3) v128.store(y, f32x4.mul(c, factor), 32)
    v128.store(y + last, f32x4.mul(d, factor))
    x += bytes
    y += bytes
  }
}

export function softmax(x: usize, y: usize, R: i32, C: i32): void {
  if (C >= 4 && C <= 16) {
    if (C > 12) shortRows(4, x, y, R, C)
    else if (C > 8) shortRows(3, x, y, R, C)
    else if (C > 4) shortRows(2, x, y, R, C)
    else shortRows(1, x, y, R, C)
    return
  }
  const bytes = (<usize>C) << 2
  for (let r = 0; r < R; r++) {
    scaleRow(y, C, 1 / expRow(x, y, C, largest(x, C)))
    x += bytes
    y += bytes
  }
}

export function logSoftmax(x: usize, y: usize, R: i32, C: i32): void {
  for (let r = 0; r < R; r++) {
    const shift = largest(x, C)
    const log = logOf(sumExp(x, C, shift))
    for (let i = 0; i < C; i++) {
      store<f32>(y, load<f32>(x) - shift - log)
      x += 4
      y += 4
    }
  }
}

/** The mean over N rows of −log softmax(x)[label]; the total is kept in float64. */
export function crossEntropy(x: usize, labels: usize, y: usize, N: i32, C: i32): void {
  const bytes = (<usize>C) << 2
  let total: f64 = 0
  for (let n = 0; n < N; n++) {
    const shift = largest(x, C)
    const label = load<i32>(labels + ((<usize>n) << 2))
    total += logOf(sumExp(x, C, shift)) - (load<f32>(x + ((<usize>label) << 2)) - shift)
    x += bytes
  }
  store<f32>(y, <f32>(total / N))
}

/** (softmax(x) − oneHot(labels)) / N */
export function crossEntropyGradient(x: usize, labels: usize, y: usize, N: i32, C: i32): void {
  const bytes = (<usize>C) << 2
  const each = <f32>1 / <f32>N
  for (let n = 0; n < N; n++) {
    const sum = expRow(x, y, C, largest(x, C))
    scaleRow(y, C, each / sum)
    const at = y + ((<usize>load<i32>(labels + ((<usize>n) << 2))) << 2)
    store<f32>(at, load<f32>(at) - each)
    x += bytes
    y += bytes
  }
}
