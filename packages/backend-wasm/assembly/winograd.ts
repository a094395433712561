import { Start, WinogradGradient, WinogradInput, WinogradOutput, WinogradProduct } from './blocks'
import { block } from './gemm'
import { madd, storeSome } from './simd'
import { tileRows } from './tile'

// Winograd's 3 × 3 convolution of stride 1, F(4×4, 3×3); ../winograd.md explains it. Image tiles of 6 × 6 become
// V = Bᵀ d B, weights U = G g Gᵀ; for each of the 36 points, M = U V is a product of matrices over the channels; and the
// results are Aᵀ M A.
//
// A vector holds the same position of four neighbouring tiles, which is 16 columns. `vectors` of them make a row of tiles;
// T tiles make a chunk, of several images. Images are padded by im2col.ts, `width` numbers in a row.

/** Holds four tiles between the transform of their columns and that of their rows: 36 vectors. */
let scratch: usize = memory.data(36 * 16, 16)

/** Threads share all memory, so each has its own 36 vectors. */
export function setWinogradScratch(at: usize): void {
  scratch = at
}

// @ts-ignore: decorator
@inline
function at(temp: usize, i: usize): usize {
  return temp + (i << 4)
}

/** Bᵀ d, from six vectors `step` bytes apart to six `to` bytes apart. */
// @ts-ignore: decorator
@inline
function inputLine(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, y: usize, to: usize): void {
  const four = f32x4.splat(4)
  const two = f32x4.splat(2)
  const minusFive = f32x4.splat(-5)
  const even4 = madd(f32x4.splat(-4), d2, d4)
  const odd4 = madd(f32x4.splat(-4), d1, d3)
  const even1 = f32x4.sub(d4, d2)
  const odd1 = f32x4.sub(d3, d1)
  v128.store(y, madd(four, d0, madd(minusFive, d2, d4)))
  v128.store(y + to, f32x4.add(even4, odd4))
  v128.store(y + 2 * to, f32x4.sub(even4, odd4))
  v128.store(y + 3 * to, madd(two, odd1, even1))
  v128.store(y + 4 * to, madd(f32x4.splat(-2), odd1, even1))
  v128.store(y + 5 * to, madd(four, d1, madd(minusFive, d3, d5)))
}

/** Six columns of four tiles: a row of 18 numbers, in which each tile begins 4 after the one before. */
// @ts-ignore: decorator
@inline
function inputRow(x: usize, y: usize): void {
  const r0 = v128.load(x)
  const r1 = v128.load(x, 16)
  const r2 = v128.load(x, 32)
  const r3 = v128.load(x, 48)
  const p = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
  const q = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
  const s = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
  const t = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
  const d0 = v128.shuffle<f32>(p, q, 0, 1, 4, 5)
  const d1 = v128.shuffle<f32>(p, q, 2, 3, 6, 7)
  const d2 = v128.shuffle<f32>(s, t, 0, 1, 4, 5)
  const d3 = v128.shuffle<f32>(s, t, 2, 3, 6, 7)
  // Columns 4 and 5 of a tile are columns 0 and 1 of the next.
  const d4 = v128.shuffle<f32>(d0, v128.load_splat<f32>(x, 64), 1, 2, 3, 4)
  const d5 = v128.shuffle<f32>(d1, v128.load_splat<f32>(x, 68), 1, 2, 3, 4)
  inputLine(d0, d1, d2, d3, d4, d5, y, 16)
}

/**
 * V of one image. The number of channel c and tile t of a point is at c · channelStep + (t / 8) · panelStep +
 * (t mod 8) · 4: panels for the forward product, or plain rows for the gradient of the weights.
 */
export function winogradInput(p: WinogradInput): void {
  let x = p.x
  const C = p.C
  const rows = p.rows
  const width = p.width
  const tilesY = p.tilesY
  const vectors = p.vectors
  let y = p.v
  const pointStep = p.pointStep
  const channelStep = p.channelStep
  const panelStep = p.panelStep
  const first = p.first
  const temp = scratch
  const rowBytes = (<usize>width) << 2
  for (let c = 0; c < C; c++) {
    let t = first
    for (let ty = 0; ty < tilesY; ty++) {
      for (let v = 0; v < vectors; v++) {
        let from = x + rowBytes * (4 * ty) + ((<usize>v) << 6)
        for (let i: usize = 0; i < 36; i += 6) {
          inputRow(from, at(temp, i))
          from += rowBytes
        }
        let to = y + (<usize>(t >> 3)) * panelStep + ((<usize>(t & 7)) << 2)
        for (let j: usize = 0; j < 6; j++) {
          const t0 = v128.load(at(temp, j))
          const t1 = v128.load(at(temp, j + 6))
          const t2 = v128.load(at(temp, j + 12))
          const t3 = v128.load(at(temp, j + 18))
          const t4 = v128.load(at(temp, j + 24))
          inputLine(t0, t1, t2, t3, t4, v128.load(at(temp, j + 30)), to, 6 * pointStep)
          to += pointStep
        }
        t += 4
      }
    }
    x += rowBytes * rows
    y += channelStep
  }
}

/** M = U V for each point: U packed [36][O, C], V in panels, M [36][O, T] with points `mStep` bytes apart. */
export function winogradMultiply(p: WinogradProduct): void {
  let u = p.u
  let v = p.v
  const O = p.O
  const C = p.C
  const T = p.T
  let m = p.m
  for (let point = 0; point < 36; point++) {
    block(O, T, C, u, v, m, (<usize>T) << 2, Start.zero, 0)
    u += (<usize>(O * C)) << 2
    v += p.vStep
    m += p.mStep
  }
}

/** Aᵀ m, from six vectors to four in `temp`, `to` apart. */
// @ts-ignore: decorator
@inline
function outputLine(m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128, y: usize, to: usize): void {
  const a = f32x4.add(m1, m2)
  const b = f32x4.sub(m1, m2)
  const c = f32x4.add(m3, m4)
  const d = f32x4.sub(m3, m4)
  v128.store(y, f32x4.add(f32x4.add(m0, a), c))
  v128.store(y + to, madd(f32x4.splat(2), d, b))
  v128.store(y + 2 * to, madd(f32x4.splat(4), c, a))
  v128.store(y + 3 * to, f32x4.add(madd(f32x4.splat(8), d, b), m5))
}

/** The results of one image, y [O, oH, oW], from the tiles from number `first` on. */
export function winogradOutput(b: WinogradOutput): void {
  const m = b.m
  const mStep = b.mStep
  const T = b.T
  const O = b.O
  const tilesY = b.tilesY
  const vectors = b.vectors
  const first = b.first
  let y = b.y
  const oH = b.oH
  const oW = b.oW
  const bias = b.bias
  const temp = scratch
  for (let o = 0; o < O; o++) {
    const shift = bias == 0 ? f32x4.splat(0) : v128.load_splat<f32>(bias + ((<usize>o) << 2))
    let from = m + ((<usize>(o * T + first)) << 2)
    for (let ty = 0; ty < tilesY; ty++) {
      for (let v = 0; v < vectors; v++) {
        let p = from
        for (let j: usize = 0; j < 6; j++) {
          const m0 = v128.load(p)
          const m1 = v128.load(p + 6 * mStep)
          const m2 = v128.load(p + 12 * mStep)
          const m3 = v128.load(p + 18 * mStep)
          const m4 = v128.load(p + 24 * mStep)
          outputLine(m0, m1, m2, m3, m4, v128.load(p + 30 * mStep), at(temp, j), 96)
          p += mStep
        }
        for (let r: usize = 0; r < 4; r++) {
          const row = 4 * ty + <i32>r
          if (row >= oH) break
          const i = 6 * r
          const t0 = v128.load(at(temp, i))
          const t1 = v128.load(at(temp, i + 1))
          const t2 = v128.load(at(temp, i + 2))
          const t3 = v128.load(at(temp, i + 3))
          const t4 = v128.load(at(temp, i + 4))
          outputLine(t0, t1, t2, t3, t4, v128.load(at(temp, i + 5)), at(temp, i), 16)
          writeTransposed(at(temp, i), shift, y + ((<usize>(row * oW + 16 * v)) << 2), oW - 16 * v)
        }
        from += 16
      }
    }
    y += (<usize>(oH * oW)) << 2
  }
}

/** Four vectors, one for each column of four tiles, as a row of 16 results, of which `count` exist. */
// @ts-ignore: decorator
@inline
function writeTransposed(x: usize, shift: v128, y: usize, count: i32): void {
  const c0 = f32x4.add(v128.load(x), shift)
  const c1 = f32x4.add(v128.load(x, 16), shift)
  const c2 = f32x4.add(v128.load(x, 32), shift)
  const c3 = f32x4.add(v128.load(x, 48), shift)
  const p = v128.shuffle<f32>(c0, c1, 0, 4, 1, 5)
  const q = v128.shuffle<f32>(c2, c3, 0, 4, 1, 5)
  const s = v128.shuffle<f32>(c0, c1, 2, 6, 3, 7)
  const t = v128.shuffle<f32>(c2, c3, 2, 6, 3, 7)
  storeSome(y, v128.shuffle<f32>(p, q, 0, 1, 4, 5), count)
  storeSome(y + 16, v128.shuffle<f32>(p, q, 2, 3, 6, 7), count - 4)
  storeSome(y + 32, v128.shuffle<f32>(s, t, 0, 1, 4, 5), count - 8)
  storeSome(y + 48, v128.shuffle<f32>(s, t, 2, 3, 6, 7), count - 12)
}

/** A d, from four vectors to six `to` bytes apart: the transpose of `outputLine`. */
// @ts-ignore: decorator
@inline
function gradientLine(y0: v128, y1: v128, y2: v128, y3: v128, p: usize, to: usize): void {
  const even = f32x4.add(y0, y2)
  const odd = f32x4.add(y1, y3)
  const even4 = madd(f32x4.splat(4), y2, y0)
  const odd4 = f32x4.mul(f32x4.splat(2), madd(f32x4.splat(4), y3, y1))
  v128.store(p, y0)
  v128.store(p + to, f32x4.add(even, odd))
  v128.store(p + 2 * to, f32x4.sub(even, odd))
  v128.store(p + 3 * to, f32x4.add(even4, odd4))
  v128.store(p + 4 * to, f32x4.sub(even4, odd4))
  v128.store(p + 5 * to, y3)
}

/** Four columns of four tiles. */
// @ts-ignore: decorator
@inline
function gradientRow(x: usize, y: usize): void {
  const r0 = v128.load(x)
  const r1 = v128.load(x, 16)
  const r2 = v128.load(x, 32)
  const r3 = v128.load(x, 48)
  const p = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
  const q = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
  const s = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
  const t = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
  const d0 = v128.shuffle<f32>(p, q, 0, 1, 4, 5)
  const d1 = v128.shuffle<f32>(p, q, 2, 3, 6, 7)
  gradientLine(d0, d1, v128.shuffle<f32>(s, t, 0, 1, 4, 5), v128.shuffle<f32>(s, t, 2, 3, 6, 7), y, 16)
}

/** P = A dy Aᵀ of one image; a chunk has T tiles. */
export function winogradGradient(b: WinogradGradient): void {
  let dy = b.dy
  const O = b.O
  const width = b.width
  const tilesY = b.tilesY
  const vectors = b.vectors
  const y = b.p
  const pointStep = b.pointStep
  const T = b.T
  const first = b.first
  const temp = scratch
  const rowBytes = (<usize>width) << 2
  let band = 0
  let rows = tileRows(O)
  for (let o = 0; o < O; o++) {
    if (o == band + rows) {
      band = o
      rows = tileRows(O - o)
    }
    let to = y + ((<usize>(band * (T >> 2) + (first >> 2) * rows + (o - band))) << 4)
    for (let ty = 0; ty < tilesY; ty++) {
      for (let v = 0; v < vectors; v++) {
        let from = dy + rowBytes * (4 * ty) + ((<usize>v) << 6)
        for (let i: usize = 0; i < 24; i += 6) {
          gradientRow(from, at(temp, i))
          from += rowBytes
        }
        let p = to
        for (let j: usize = 0; j < 6; j++) {
          const d2 = v128.load(at(temp, j + 12))
          const d3 = v128.load(at(temp, j + 18))
          gradientLine(v128.load(at(temp, j)), v128.load(at(temp, j + 6)), d2, d3, p, 6 * pointStep)
          p += pointStep
        }
        to += (<usize>rows) << 4
      }
    }
    dy += rowBytes * (4 * tilesY)
  }
}
