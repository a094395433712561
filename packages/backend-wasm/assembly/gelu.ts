import { Gelu, GeluGradient } from './blocks'
import { madd, storeSome } from './simd'

// gelu(x) = x Φ(x). Φ(x) − ½ and the derivative Φ(x) + x φ(x) − ½ are odd functions that end at ±½, so each is t P(t²) / Q(t²)
// for x cut off at ±T; the coefficients minimize the largest error (weighted least squares, reweighted until it is level).
// The largest errors, rounding included: 2e-7 in Φ, which makes 1e-6 in gelu, and 4e-7 in the derivative.
//
// Two vectors could share one division, 1 / (Q Q'): with the three more products that is 6 % slower.

/** T and −T, then P and Q from the highest power down, and ½. In memory, because engines make a constant anew at each use. */
const CUMULATIVE: usize = memory.data<f32>([
  5.5, -5.5,
  2.27493562e-08, 6.35211563e-06, 0.00016882598, 0.00467726262, 0.0338526815, 0.398942232,
  1.19750348e-06, 7.36475777e-05, 0.0018844466, 0.0286458898, 0.251522005, 1, 0.5,
])
const SLOPE: usize = memory.data<f32>([
  5.9, -5.9,
  1.92928667e-07, 3.5955909e-05, 1.92215375e-05, 0.0142303016, -0.0309958085, 0.797885358,
  8.95240009e-06, 0.000192036678, 0.00352303591, 0.0409802273, 0.294494092, 1, 0.5,
])

// @ts-ignore: decorator
@inline
function put(WHOLE: bool, y: usize, v: v128, n: i32): void {
  if (WHOLE) v128.store(y, v)
  else storeSome(y, v, n)
}

/** y = x Φ(x) or, for the gradient, dy (Φ(x) + x φ(x)), for eight numbers of which n exist: two vectors share each constant. */
// @ts-ignore: decorator
@inline
function eight(GRADIENT: bool, WHOLE: bool, x: usize, dy: usize, y: usize, n: i32): void {
  const table = GRADIENT ? SLOPE : CUMULATIVE
  const a = v128.load(x)
  const b = v128.load(x, 16)
  // `pmin` and `pmax` with x first keep a NaN.
  let c = v128.load_splat<f32>(table)
  let s = f32x4.pmin(a, c)
  let t = f32x4.pmin(b, c)
  c = v128.load_splat<f32>(table, 4)
  s = f32x4.pmax(s, c)
  t = f32x4.pmax(t, c)
  const u = f32x4.mul(s, s)
  const v = f32x4.mul(t, t)
  let p = v128.load_splat<f32>(table, 8)
  let q = p
  c = v128.load_splat<f32>(table, 12)
  p = madd(p, u, c)
  q = madd(q, v, c)
  c = v128.load_splat<f32>(table, 16)
  p = madd(p, u, c)
  q = madd(q, v, c)
  c = v128.load_splat<f32>(table, 20)
  p = madd(p, u, c)
  q = madd(q, v, c)
  c = v128.load_splat<f32>(table, 24)
  p = madd(p, u, c)
  q = madd(q, v, c)
  c = v128.load_splat<f32>(table, 28)
  p = madd(p, u, c)
  q = madd(q, v, c)
  let g = v128.load_splat<f32>(table, 32)
  let h = g
  c = v128.load_splat<f32>(table, 36)
  g = madd(g, u, c)
  h = madd(h, v, c)
  c = v128.load_splat<f32>(table, 40)
  g = madd(g, u, c)
  h = madd(h, v, c)
  c = v128.load_splat<f32>(table, 44)
  g = madd(g, u, c)
  h = madd(h, v, c)
  c = v128.load_splat<f32>(table, 48)
  g = madd(g, u, c)
  h = madd(h, v, c)
  c = v128.load_splat<f32>(table, 52)
  g = madd(g, u, c)
  h = madd(h, v, c)
  const half = v128.load_splat<f32>(table, 56)
  p = f32x4.add(f32x4.div(f32x4.mul(s, p), g), half)
  q = f32x4.add(f32x4.div(f32x4.mul(t, q), h), half)
  if (GRADIENT) {
    put(WHOLE, y, f32x4.mul(p, v128.load(dy)), n)
    put(WHOLE, y + 16, f32x4.mul(q, v128.load(dy, 16)), n - 4)
    return
  }
  // Beyond −T, a rounding error times x would not be small.
  c = v128.load_splat<f32>(table, 4)
  put(WHOLE, y, f32x4.mul(a, v128.and(p, f32x4.ge(a, c))), n)
  put(WHOLE, y + 16, f32x4.mul(b, v128.and(q, f32x4.ge(b, c))), n - 4)
}

export function gelu(p: Gelu): void {
  let x = p.x
  let y = p.y
  let n = p.n
  for (; n >= 8; n -= 8) {
    eight(false, true, x, 0, y, n)
    x += 32
    y += 32
  }
  if (n > 0) eight(false, false, x, 0, y, n)
}

/** dx = dy (Φ(x) + x φ(x)) */
export function geluGradient(p: GeluGradient): void {
  let x = p.x
  let dy = p.dy
  let dx = p.dx
  let n = p.n
  for (; n >= 8; n -= 8) {
    eight(true, true, x, dy, dx, n)
    x += 32
    dy += 32
    dx += 32
  }
  if (n > 0) eight(true, false, x, dy, dx, n)
}
