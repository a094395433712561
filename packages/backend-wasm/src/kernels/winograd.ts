import type { Device } from '../device.ts'
import type { Pointer } from '../module.ts'

/** A 3 × 3 convolution of stride 1, from images [C, H, W] to [O, oH, oW]. */
export interface SmallConv {
  readonly image: readonly [C: number, H: number, W: number]
  readonly output: readonly [O: number, oH: number, oW: number]
  /** Zeros before the first row and column; fewer than none cuts some off. */
  readonly before: readonly [top: number, left: number]
}

/**
 * Winograd's way: a quarter of the multiplications. Errors reach some 5e-6 of the largest result, where a plain sum has
 * 1e-7 to 1e-6; and an infinity in an image becomes NaN in the whole tile.
 */
export interface Winograd {
  /** Whether this way is the faster one: enough channels, and not too much of the tiles left over. */
  pays(conv: SmallConv): boolean
  forward(x: Pointer, w: Pointer, N: number, conv: SmallConv, y: Pointer, bias: Pointer | null): void
  kernelGradient(x: Pointer, dy: Pointer, N: number, conv: SmallConv, dw: Pointer): void
}

/** So many tiles at a time keep V and M in the second cache; a gradient works with longer sums. */
const CHUNK = 64
const GRADIENT_CHUNK = 128
/** Numbers between the end of one point and the next, so that 36 of them do not meet in one line of the cache. */
const GAP = 16

/** The 36 points of a tile; see assembly/winograd.ts. */
const POINTS = 36

export function winograd({ kernels, heap, scratch, integers }: Device): Winograd {
  const clear = (at: Pointer, n: number) => heap.f32().fill(0, at >> 2, (at >> 2) + n)

  /** Lends a buffer for images laid out in tiles, and a function that lays one out. */
  function laidOut(
    planes: number,
    rows: number,
    width: number,
    use: (image: Pointer, lay: (x: Pointer, H: number, W: number, top: number, left: number) => void) => void,
  ): void {
    const size = planes * rows * width
    scratch(size + 8, image => {
      clear(image, size + 8)
      use(image, (x, H, W, top, left) => kernels.layOut(x, image, planes, H, W, rows, 1, width, top, left, 1))
    })
  }

  return {
    pays({ image: [C], output: [O, oH, oW] }) {
      const { tilesY, vectors } = tiling(oH, oW)
      return C >= 16 && O >= 16 && (oH * oW) / (tilesY * vectors * 64) > 0.6
    },

    forward(x, w, N, { image: [C, H, W], output: [O, oH, oW], before: [top, left] }, y, bias) {
      const { tilesY, vectors, rows, width, perImage } = tiling(oH, oW)
      const images = Math.min(N, Math.max(1, Math.floor(CHUNK / perImage)))
      const most = roundUp(images * perImage, 8)
      const [vStep, mStep] = [(C * most + GAP) * 4, (O * most + GAP) * 4]
      const multiplyChunk = (u: Pointer, v: Pointer, m: Pointer) =>
        laidOut(C, rows, width, (image, lay) => {
          for (let n = 0; n < N; n += images) {
            const count = Math.min(images, N - n)
            for (let i = 0; i < count; i++) {
              lay(x + (n + i) * C * H * W * 4, H, W, top, left)
              kernels.winogradInput(image, C, rows, width, tilesY, vectors, v, vStep, 32, C * 32, i * perImage)
            }
            const T = count * perImage
            kernels.winogradMultiply(u, v, vStep, O, C, T, m, mStep)
            for (let i = 0; i < count; i++) {
              const to = y + (n + i) * O * oH * oW * 4
              kernels.winogradOutput(m, mStep, T, O, tilesY, vectors, i * perImage, to, oH, oW, bias ?? 0)
            }
          }
        })
      scratch(POINTS * O * C, packed => {
        scratch(POINTS * O * C, u => {
          kernels.winogradWeights(w, u, O, C)
          for (let at = 0; at < POINTS * O * C * 4; at += O * C * 4)
            kernels.packRows(u + at, C * 4, 4, O, C, packed + at)
        })
        scratch((vStep * POINTS) / 4, v => scratch((mStep * POINTS) / 4, m => multiplyChunk(packed, v, m)))
      })
    },

    kernelGradient(x, dy, N, { image: [C, H, W], output: [O, oH, oW], before: [top, left] }, dw) {
      const { tilesY, vectors, rows, width, perImage } = tiling(oH, oW)
      const images = Math.min(N, Math.max(1, Math.floor(GRADIENT_CHUNK / perImage)))
      const most = images * perImage
      const [vStep, pStep] = [(C * most + GAP) * 4, (O * most + GAP) * 4]
      const places = Int32Array.from({ length: most / 4 }, (_, i) => i * 16)
      const addChunk = (count: number, v: Pointer, p: Pointer, placesAt: Pointer, sums: Pointer) => {
        const T = count * perImage
        const table = Int32Array.from({ length: C }, (_, c) => c * T * 4)
        integers(table, tableAt => {
          for (let point = 0; point < POINTS; point++) {
            const to = sums + point * O * C * 16
            kernels.addKernelGradient(v + point * vStep, placesAt, T / 4, tableAt, C, p + point * pStep, O, to)
          }
        })
      }
      const addAll = (v: Pointer, p: Pointer, placesAt: Pointer, sums: Pointer) =>
        laidOut(C, rows, width, (image, lay) =>
          laidOut(O, 4 * tilesY, width, (gradient, layGradient) => {
            for (let n = 0; n < N; n += images) {
              const count = Math.min(images, N - n)
              const T = count * perImage
              for (let i = 0; i < count; i++) {
                lay(x + (n + i) * C * H * W * 4, H, W, top, left)
                kernels.winogradInput(image, C, rows, width, tilesY, vectors, v, vStep, T * 4, 32, i * perImage)
                layGradient(dy + (n + i) * O * oH * oW * 4, oH, oW, 0, 0)
                kernels.winogradGradient(gradient, O, width, tilesY, vectors, p, pStep, T, i * perImage)
              }
              addChunk(count, v, p, placesAt, sums)
            }
          }),
        )
      scratch(POINTS * O * C * 4, sums => {
        clear(sums, POINTS * O * C * 4)
        integers(places, placesAt =>
          scratch((vStep * POINTS) / 4, v => scratch((pStep * POINTS) / 4, p => addAll(v, p, placesAt, sums))),
        )
        kernels.winogradWeightGradient(sums, dw, O, C)
      })
    },
  }
}

/** Tiles of 4 × 4 results: how many rows of them, and how many vectors of four in a row; and the image they need. */
function tiling(oH: number, oW: number) {
  const tilesY = Math.ceil(oH / 4)
  const vectors = Math.ceil(oW / 16)
  return { tilesY, vectors, rows: 4 * tilesY + 2, width: vectors * 16 + 4, perImage: tilesY * vectors * 4 }
}

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to
