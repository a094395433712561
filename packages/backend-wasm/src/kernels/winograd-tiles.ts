import type { Device } from '../device.ts'
import type { Pointer } from '../module.ts'
import type { Call } from '../pool/thread-pool.ts'
import { roundUp } from '../ranges.ts'
import type { ConvLayout } from './im2col.ts'

// When Winograd's algorithm applies, and how images are cut into tiles of 4 × 4 results; ../../winograd.md explains it.

/** A 3 × 3 convolution of stride 1, from images [C, H, W] to [O, oH, oW]. */
export interface Conv3x3 {
  readonly image: readonly [C: number, H: number, W: number]
  readonly output: readonly [O: number, oH: number, oW: number]
  /** Zeros before the first row and column; a negative number cuts some off. */
  readonly padding: readonly [top: number, left: number]
}

const MIN_CHANNELS = 16
/** A sum over more channels would lose digits; im2col cuts it into blocks. */
const MAX_CHANNELS = 1024
/** Fewer tiles don't make up for the transform of the weights. */
const MIN_TILES = 64
/** The share of the tiles' results that must be inside the image. */
const MIN_COVERAGE = 0.6

/** The convolution of N images if Winograd's algorithm can do it, and does it faster; `null` otherwise. */
export function winogradApplies(
  N: number,
  O: number,
  { image, kernel: [kH, kW], output: [oH, oW], stride, padding }: ConvLayout,
): Conv3x3 | null {
  if (kH !== 3 || kW !== 3 || stride !== 1) return null
  const [C] = image
  if (C < MIN_CHANNELS || C > MAX_CHANNELS || O < MIN_CHANNELS) return null
  const conv: Conv3x3 = { image, output: [O, oH, oW], padding }
  const { tilesPerImage } = tiling(conv)
  const coverage = (oH * oW) / (tilesPerImage * 16)
  return N * tilesPerImage >= MIN_TILES && coverage > MIN_COVERAGE ? conv : null
}

/** How many numbers a tile has. */
export const POINTS = 36

/** Numbers between the end of one point and the next, so that 36 of them don't meet in one line of the cache. */
export const GAP = 16

/** How many rows of tiles, and how many vectors of four tiles in a row; and the padded image that they need. */
export function tiling({ output: [, oH, oW] }: Conv3x3) {
  const tilesY = Math.ceil(oH / 4)
  const vectors = Math.ceil(oW / 16)
  return { tilesY, vectors, rows: 4 * tilesY + 2, width: vectors * 16 + 4, tilesPerImage: tilesY * vectors * 4 }
}

/** The size of a padded image. */
export interface PaddedSize {
  readonly planes: number
  readonly rows: number
  readonly width: number
}

/** Lends `count` buffers full of zeros, for a padded image each. */
export function paddedBuffers<T>(
  { kernels, scratch }: Device,
  { planes, rows, width }: PaddedSize,
  count: number,
  use: (at: Pointer[]) => T,
): T {
  const size = roundUp(planes * rows * width + 8, 16)
  return scratch(size * count, first => {
    kernels.clear(first, size * count)
    return use(Array.from({ length: count }, (_, i) => first + i * size * 4))
  })
}

/** Pads the image x [planes, H, W] into a buffer, after `top` rows and `left` columns. */
export function padInto(
  y: Pointer,
  { planes, rows, width }: PaddedSize,
  x: Pointer,
  [H, W]: readonly [number, number],
  [top, left]: readonly [number, number],
): Call {
  return ['padImage', { x, y, planes, H, W, rows, stride: 1, columns: width, top, left }]
}
