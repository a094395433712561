import type { ConvSettings } from '@backprop/core'
import type { Device } from '../device.ts'
import type { Pointer } from '../module.ts'
import type { Call } from '../pool/thread-pool.ts'
import { roundUp } from '../ranges.ts'

/** A convolution of one image, and how the image is padded for it; see assembly/im2col.ts. */
export interface ConvLayout {
  readonly image: readonly [C: number, H: number, W: number]
  readonly kernel: readonly [kH: number, kW: number]
  readonly output: readonly [oH: number, oW: number]
  readonly stride: number
  /** Zeros before the first row and the first column; a negative number cuts some off. */
  readonly padding: readonly [top: number, left: number]
}

/** The convolution of images x [N, C, H, W] and kernels w [O, C, kH, kW]. */
export function forwardLayout(x: readonly number[], w: readonly number[], settings: ConvSettings): ConvLayout {
  const { stride, padding } = settings
  const [, C, H, W] = x
  const [, , kH, kW] = w
  const steps = (size: number, kernel: number) => Math.floor((size + 2 * padding - kernel) / stride) + 1
  const output = [steps(H, kH), steps(W, kW)] as const
  return { image: [C, H, W], kernel: [kH, kW], output, stride, padding: [padding, padding] }
}

/** The padded image: rows, and columns of each phase. Whole vectors may be read at the end of a row. */
function paddedSize({ kernel: [kH, kW], output: [oH, oW], stride }: ConvLayout): { rows: number; columns: number } {
  return { rows: (oH - 1) * stride + kH, columns: roundUp(oW, 8) + Math.floor((kW - 1) / stride) }
}

/** How many numbers a buffer for one padded image has room for. */
export function paddedNumbers(layout: ConvLayout): number {
  const { rows, columns } = paddedSize(layout)
  return roundUp(layout.image[0] * rows * layout.stride * columns + 8, 16)
}

/** How many bytes of the padded image are between the inputs of one row of results and those of the next. */
export const rowStepOf = (layout: ConvLayout): number => paddedSize(layout).columns * layout.stride ** 2 * 4

/** For each vector of results, row by row: the offset in bytes of the numbers for the first weight in the padded image. */
export function positionsOf(layout: ConvLayout): Int32Array {
  const [oH, oW] = layout.output
  const rowStep = rowStepOf(layout)
  const perRow = Math.ceil(oW / 4)
  return Int32Array.from({ length: oH * perRow }, (_, i) => Math.floor(i / perRow) * rowStep + (i % perRow) * 16)
}

/** Represents the im2col matrix without writing it. */
interface Im2col {
  /** For each weight (c, ky, kx), the offset of its number from that of the first weight; see assembly/im2col.ts. */
  readonly offsets: Pointer
  /** Buffers for one padded image each. */
  readonly buffers: readonly Pointer[]
  /** Pads the image x into a buffer. */
  readonly pad: (x: Pointer, buffer: Pointer) => Call
}

/** Lends what `count` jobs need to convolve images one by one. */
export function im2col(
  { kernels, scratch }: Device,
  layout: ConvLayout,
  count: number,
  use: (im2col: Im2col) => void,
): void {
  const { stride } = layout
  const [C, H, W] = layout.image
  const [kH, kW] = layout.kernel
  const [top, left] = layout.padding
  const { rows, columns } = paddedSize(layout)
  const size = paddedNumbers(layout)
  scratch(size * count, first => {
    kernels.clear(first, size * count)
    scratch(C * kH * kW, offsets => {
      kernels.im2colOffsets(offsets, C, kH, kW, rows, stride, columns)
      const buffers = Array.from({ length: count }, (_, i) => first + i * size * 4)
      const pad = (x: Pointer, y: Pointer): Call => [
        'padImage',
        { x, y, planes: C, H, W, rows, stride, columns, top, left },
      ]
      use({ offsets, buffers, pad })
    })
  })
}
