import { Reduction } from './blocks'
import { max4 } from './simd'

// Each reduces the middle axis of x [outer, n, inner]; y [outer, inner].

/** The total is kept in float64, so a sum of a million numbers is still accurate. */
export function sum(p: Reduction): void {
  let x = p.x
  let y = p.y
  const outer = p.outer
  const n = p.n
  const inner = p.inner
  if (inner == 1) {
    for (let o = 0; o < outer; o++) {
      store<f32>(y, sumRow(x, n))
      x += (<usize>n) << 2
      y += 4
    }
    return
  }
  const stride = (<usize>inner) << 2
  for (let o = 0; o < outer; o++) {
    let i = 0
    for (; i + 8 <= inner; i += 8) sumColumns8(x + ((<usize>i) << 2), y + ((<usize>i) << 2), n, stride)
    for (; i < inner; i++) {
      let from = x + ((<usize>i) << 2)
      let total: f64 = 0
      for (let k = 0; k < n; k++) {
        total += load<f32>(from)
        from += stride
      }
      store<f32>(y + ((<usize>i) << 2), <f32>total)
    }
    x += stride * n
    y += stride
  }
}

/** Groups of 16 are added in float32, their sums in float64. */
function sumRow(x: usize, n: i32): f32 {
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  let i = 0
  for (; i + 16 <= n; i += 16) {
    const v = f32x4.add(
      f32x4.add(v128.load(x), v128.load(x, 16)),
      f32x4.add(v128.load(x, 32), v128.load(x, 48)),
    )
    low = f64x2.add(low, f64x2.promote_low_f32x4(v))
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)))
    x += 64
  }
  low = f64x2.add(low, high)
  let total = f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1)
  for (; i < n; i++) {
    total += load<f32>(x)
    x += 4
  }
  return <f32>total
}

function sumColumns8(x: usize, y: usize, n: i32, stride: usize): void {
  let s0 = f64x2.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  for (let k = 0; k < n; k++) {
    const a = v128.load(x)
    const b = v128.load(x, 16)
    s0 = f64x2.add(s0, f64x2.promote_low_f32x4(a))
    s1 = f64x2.add(s1, f64x2.promote_low_f32x4(v128.shuffle<f32>(a, a, 2, 3, 2, 3)))
    s2 = f64x2.add(s2, f64x2.promote_low_f32x4(b))
    s3 = f64x2.add(s3, f64x2.promote_low_f32x4(v128.shuffle<f32>(b, b, 2, 3, 2, 3)))
    x += stride
  }
  v128.store(y, v128.shuffle<f32>(f32x4.demote_f64x2_zero(s0), f32x4.demote_f64x2_zero(s1), 0, 1, 4, 5))
  v128.store(y, v128.shuffle<f32>(f32x4.demote_f64x2_zero(s2), f32x4.demote_f64x2_zero(s3), 0, 1, 4, 5), 16)
}

/** A NaN is larger than any number. */
export function maximum(x: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  const stride = (<usize>inner) << 2
  for (let o = 0; o < outer; o++) {
    if (inner == 1) store<f32>(y, maxRow(x, n))
    else maxColumns(x, y, n, inner)
    x += stride * n
    y += stride
  }
}

export function maxRow(x: usize, n: i32): f32 {
  let best = v128.load_splat<f32>(x)
  let i = 0
  for (; i + 4 <= n; i += 4) {
    best = f32x4.max(best, v128.load(x))
    x += 16
  }
  let found = max4(best)
  for (; i < n; i++) {
    found = max(found, load<f32>(x))
    x += 4
  }
  return found
}

function maxColumns(x: usize, y: usize, n: i32, inner: i32): void {
  const stride = (<usize>inner) << 2
  for (let i = 0; i < inner; i++) {
    const rest = inner - i
    let from = x + ((<usize>i) << 2)
    const to = y + ((<usize>i) << 2)
    if (rest >= 4) {
      let best = v128.load(from)
      for (let k = 1; k < n; k++) {
        from += stride
        best = f32x4.max(best, v128.load(from))
      }
      v128.store(to, best)
      i += 3
      continue
    }
    let best = load<f32>(from)
    for (let k = 1; k < n; k++) {
      from += stride
      best = max(best, load<f32>(from))
    }
    store<f32>(to, best)
  }
}

/** The index of the first of the largest numbers. */
export function argmax(x: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  const stride = (<usize>inner) << 2
  for (let o = 0; o < outer; o++) {
    for (let i: usize = 0; i < stride; i += 4) {
      let from = x + i
      let best = load<f32>(from)
      let index = 0
      for (let k = 1; k < n && best == best; k++) {
        from += stride
        const v = load<f32>(from)
        if (!(v <= best)) {
          best = v
          index = k
        }
      }
      store<f32>(y + i, <f32>index)
    }
    x += stride * n
    y += stride
  }
}
