import type { Device } from '../device.ts'
import type { Pointer } from '../exports.ts'
import { roundUp } from '../round-up.ts'
import type { Call } from '../threads/crew.ts'

// How Winograd's way lays images out in tiles of 4 × 4 results; see assembly/winograd.ts.

/** A 3 × 3 convolution of stride 1, from images [C, H, W] to [O, oH, oW]. */
export interface SmallConv {
  readonly image: readonly [C: number, H: number, W: number]
  readonly output: readonly [O: number, oH: number, oW: number]
  /** Zeros before the first row and column; fewer than none cuts some off. */
  readonly before: readonly [top: number, left: number]
}

/** The points of a tile. */
export const POINTS = 36

/** Numbers between the end of one point and the next, so that 36 of them do not meet in one line of the cache. */
export const GAP = 16

/** How many rows of tiles, and how many vectors of four in a row; and the image they need. */
export function tiling({ output: [, oH, oW] }: SmallConv) {
  const tilesY = Math.ceil(oH / 4)
  const vectors = Math.ceil(oW / 16)
  return { tilesY, vectors, rows: 4 * tilesY + 2, width: vectors * 16 + 4, perImage: tilesY * vectors * 4 }
}

/** An image laid out in tiles. */
export interface Frame {
  readonly planes: number
  readonly rows: number
  readonly width: number
}

/** Lends `count` frames full of zeros. */
export function frames<T>({ kernels, scratch }: Device, frame: Frame, count: number, use: (at: Pointer[]) => T): T {
  const size = roundUp(frame.planes * frame.rows * frame.width + 8, 16)
  return scratch(size * count, first => {
    kernels.clear(first, size * count)
    return use(Array.from({ length: count }, (_, i) => first + i * size * 4))
  })
}

/** Writes the image x [planes, H, W] into a frame, behind `top` rows and `left` columns. */
export function layInto(
  to: Pointer,
  { planes, rows, width }: Frame,
  x: Pointer,
  [H, W]: readonly [number, number],
  [top, left]: readonly [number, number],
): Call {
  return ['layOut', x, to, planes, H, W, rows, 1, width, top, left, 1]
}
