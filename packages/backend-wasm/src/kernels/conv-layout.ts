import type { ConvSettings } from '@backprop/core'
import { roundUp } from '../round-up.ts'

/** How one image is laid out before the kernel walks over it; see assembly/conv-lay.ts. All but the last in numbers. */
export interface Layout {
  /** The image: channels, height, width. */
  readonly image: readonly [C: number, H: number, W: number]
  readonly kernel: readonly [kH: number, kW: number]
  readonly output: readonly [oH: number, oW: number]
  readonly stride: number
  /** Zeros before the first row and the first column; fewer than none cuts some off. */
  readonly before: readonly [top: number, left: number]
  /** How far apart neighbours of the image lie: more than 1 on the way back through a stride. */
  readonly spread: number
}

/** For each vector of results, row by row: how many bytes into the image the numbers for the first weight lie. */
export function placesOf(layout: Layout): Int32Array {
  const { output, stride } = layout
  const rowBytes = extent(layout).phase * stride * stride * 4
  const perRow = Math.ceil(output[1] / 4)
  return Int32Array.from({ length: output[0] * perRow }, (_, i) => {
    return Math.floor(i / perRow) * rowBytes + (i % perRow) * 16
  })
}

/** Rows of the padded image that are used, and columns of each phase; whole vectors may be read at the end of a row. */
export function extent({ kernel: [kH, kW], output: [oH, oW], stride }: Layout): { rows: number; phase: number } {
  return { rows: (oH - 1) * stride + kH, phase: roundUp(oW, 8) + Math.floor((kW - 1) / stride) }
}

export function ahead(x: readonly number[], w: readonly number[], { stride, padding }: ConvSettings): Layout {
  const [, C, H, W] = x
  const [, , kH, kW] = w
  const steps = (size: number, kernel: number) => Math.floor((size + 2 * padding - kernel) / stride) + 1
  const output = [steps(H, kH), steps(W, kW)] as const
  return { image: [C, H, W], kernel: [kH, kW], output, stride, before: [padding, padding], spread: 1 }
}
