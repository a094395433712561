import { Pooling, PoolingGradient } from './blocks'

export function maxPool(p: Pooling): void {
  let x = p.x
  let y = p.y
  const planes = p.planes
  const H = p.H
  const W = p.W
  const oH = p.oH
  const oW = p.oW
  const kernel = p.kernel
  const stride = p.stride
  const row = (<usize>W) << 2
  const pairs = kernel == 2 && stride == 2
  for (let plane = 0; plane < planes; plane++) {
    for (let oy = 0; oy < oH; oy++) {
      const top = x + row * (oy * stride)
      let ox = 0
      if (pairs) {
        for (; ox + 4 <= oW; ox += 4) {
          v128.store(y, max2x2(top + ((<usize>ox) << 3), row))
          y += 16
        }
      }
      for (; ox < oW; ox++) {
        store<f32>(y, load<f32>(firstMax(top + ((<usize>(ox * stride)) << 2), row, kernel)))
        y += 4
      }
    }
    x += row * H
  }
}

/** The largest of four windows of 2 × 2 side by side. */
// @ts-ignore: decorator
@inline
function max2x2(x: usize, row: usize): v128 {
  const left = f32x4.max(v128.load(x), v128.load(x + row))
  const right = f32x4.max(v128.load(x, 16), v128.load(x + row, 16))
  return f32x4.max(v128.shuffle<f32>(left, right, 0, 2, 4, 6), v128.shuffle<f32>(left, right, 1, 3, 5, 7))
}

/** The address of the first of the largest numbers of a window, or of its first NaN. */
function firstMax(x: usize, row: usize, kernel: i32): usize {
  let at = x
  let best = load<f32>(x)
  for (let i = 0; i < kernel; i++) {
    let from = x + row * i
    for (let j = 0; j < kernel; j++) {
      const v = load<f32>(from)
      if (!(v <= best) && best == best) {
        best = v
        at = from
      }
      from += 4
    }
  }
  return at
}

/** dx: each window passes dy on to the first of its largest numbers; overlapping windows add up. */
export function maxPoolGradient(p: PoolingGradient): void {
  let x = p.x
  let dy = p.dy
  let dx = p.dx
  const planes = p.planes
  const H = p.H
  const W = p.W
  const oH = p.oH
  const oW = p.oW
  const kernel = p.kernel
  const stride = p.stride
  const row = (<usize>W) << 2
  const pairs = kernel == 2 && stride == 2
  const covered = pairs && oH * 2 == H && oW * 2 == W && (oW & 3) == 0
  if (!covered) memory.fill(dx, 0, row * H * planes)
  for (let plane = 0; plane < planes; plane++) {
    for (let oy = 0; oy < oH; oy++) {
      const top = row * (oy * stride)
      let ox = 0
      if (pairs) {
        for (; ox + 4 <= oW; ox += 4) {
          const at = top + ((<usize>ox) << 3)
          spread2x2(x + at, v128.load(dy), dx + at, row)
          dy += 16
        }
      }
      for (; ox < oW; ox++) {
        const at = firstMax(x + top + ((<usize>(ox * stride)) << 2), row, kernel) - x + dx
        store<f32>(at, load<f32>(at) + load<f32>(dy))
        dy += 4
      }
    }
    x += row * H
    dx += row * H
  }
}

/** Four windows of 2 × 2 at once: each number is chosen if it is the largest (or NaN) and none before it was chosen. */
// @ts-ignore: decorator
@inline
function spread2x2(x: usize, dy: v128, dx: usize, row: usize): void {
  const t0 = v128.load(x)
  const t1 = v128.load(x, 16)
  const u0 = v128.load(x + row)
  const u1 = v128.load(x + row, 16)
  const a = v128.shuffle<f32>(t0, t1, 0, 2, 4, 6)
  const b = v128.shuffle<f32>(t0, t1, 1, 3, 5, 7)
  const c = v128.shuffle<f32>(u0, u1, 0, 2, 4, 6)
  const d = v128.shuffle<f32>(u0, u1, 1, 3, 5, 7)
  const best = f32x4.max(f32x4.max(a, b), f32x4.max(c, d))
  // `a < NaN` is false: with a NaN in the window, the first number that is not below it must be NaN itself.
  const isNaN = f32x4.ne(best, best)
  const atA = wins(a, best, isNaN)
  const atB = v128.andnot(wins(b, best, isNaN), atA)
  const before = v128.or(atA, atB)
  const atC = v128.andnot(wins(c, best, isNaN), before)
  const atD = v128.not(v128.or(before, atC))
  const ga = v128.and(dy, atA)
  const gb = v128.and(dy, atB)
  const gc = v128.and(dy, atC)
  const gd = v128.and(dy, atD)
  v128.store(dx, v128.shuffle<f32>(ga, gb, 0, 4, 1, 5))
  v128.store(dx, v128.shuffle<f32>(ga, gb, 2, 6, 3, 7), 16)
  v128.store(dx + row, v128.shuffle<f32>(gc, gd, 0, 4, 1, 5))
  v128.store(dx + row, v128.shuffle<f32>(gc, gd, 2, 6, 3, 7), 16)
}

// @ts-ignore: decorator
@inline
function wins(x: v128, best: v128, isNaN: v128): v128 {
  return v128.or(f32x4.eq(x, best), v128.and(f32x4.ne(x, x), isNaN))
}

export function avgPool(p: Pooling): void {
  let x = p.x
  let y = p.y
  const planes = p.planes
  const H = p.H
  const W = p.W
  const oH = p.oH
  const oW = p.oW
  const kernel = p.kernel
  const stride = p.stride
  const row = (<usize>W) << 2
  const share = <f64>1 / <f64>(kernel * kernel)
  for (let plane = 0; plane < planes; plane++) {
    for (let oy = 0; oy < oH; oy++) {
      for (let ox = 0; ox < oW; ox++) {
        const window = x + row * (oy * stride) + ((<usize>(ox * stride)) << 2)
        let total: f64 = 0
        for (let i = 0; i < kernel; i++) {
          for (let j = 0; j < kernel; j++) total += load<f32>(window + row * i + ((<usize>j) << 2))
        }
        store<f32>(y, <f32>(total * share))
        y += 4
      }
    }
    x += row * H
  }
}

/** dx: each window spreads its dy evenly over kernel² numbers. */
export function avgPoolGradient(p: PoolingGradient): void {
  let dy = p.dy
  let dx = p.dx
  const planes = p.planes
  const H = p.H
  const W = p.W
  const oH = p.oH
  const oW = p.oW
  const kernel = p.kernel
  const stride = p.stride
  const row = (<usize>W) << 2
  const part = <f32>1 / <f32>(kernel * kernel)
  memory.fill(dx, 0, row * H * planes)
  for (let plane = 0; plane < planes; plane++) {
    for (let oy = 0; oy < oH; oy++) {
      for (let ox = 0; ox < oW; ox++) {
        const window = dx + row * (oy * stride) + ((<usize>(ox * stride)) << 2)
        const share = load<f32>(dy) * part
        for (let i = 0; i < kernel; i++) {
          for (let j = 0; j < kernel; j++) {
            const at = window + row * i + ((<usize>j) << 2)
            store<f32>(at, load<f32>(at) + share)
          }
        }
        dy += 4
      }
    }
    dx += row * H
  }
}
