import { type FusedKernels, sizeOf } from '@backprop/core'
import type { Device } from '../device.ts'
import type { Pointer } from '../module.ts'
import type { Call } from '../pool/thread-pool.ts'
import { chunks, indices, type Range, split } from '../ranges.ts'
import { type ConvLayout, forwardLayout, im2col, paddedNumbers, positionsOf, rowStepOf } from './im2col.ts'
import { FOLD_AFTER, sumsAndTotals } from './long-sums.ts'
import { winogradForward } from './winograd.ts'
import { winogradWeightGradient } from './winograd-gradient.ts'
import { type Conv3x3, winogradApplies } from './winograd-tiles.ts'

/** Longer sums over k are cut into blocks, so that they keep their digits. */
const K_BLOCK = 512

type ConvKernels = Pick<FusedKernels, 'conv2d' | 'conv2dInputGradient' | 'conv2dKernelGradient'>

export function convolution(device: Device, useWinograd: boolean): ConvKernels {
  const { kernels, make, scratch, contiguous } = device
  const winogradFor = (N: number, O: number, layout: ConvLayout): Conv3x3 | null =>
    useWinograd ? winogradApplies(N, O, layout) : null

  /** Convolves N images at x with the weights w [O, C, kH, kW]. */
  function convolve(
    x: Pointer,
    w: Pointer,
    O: number,
    N: number,
    layout: ConvLayout,
    y: Pointer,
    bias: Pointer | null,
  ): void {
    const winograd = winogradFor(N, O, layout)
    if (winograd) winogradForward(device, winograd, x, w, N, y, bias)
    else im2colForward(device, x, w, O, N, layout, y, bias)
  }

  return {
    conv2d(x, w, bias, settings) {
      const [N] = x.shape
      const [O] = w.shape
      const layout = forwardLayout(x.shape, w.shape, settings)
      return make(N * O * sizeOf(layout.output), y => {
        if (N * sizeOf(layout.output) === 0) return
        contiguous(x, at => contiguous(w, wAt => contiguous(bias, b => convolve(at, wAt, O, N, layout, y, b))))
      })
    },
    // A convolution of dy with rotated kernels for each phase: the rows and columns of dx that are `stride` apart.
    conv2dInputGradient(dy, w, inputShape, { stride, padding }) {
      const [N, C, H, W] = inputShape
      const [O, , kH, kW] = w.shape
      const rows = phasesOf(H, kH, stride, padding)
      const columns = phasesOf(W, kW, stride, padding)
      const isWhole = [...rows, ...columns].every(({ taps }) => taps > 0)
      const convolvePhase = (from: Pointer, wAt: Pointer, dx: Pointer, row: Phase, column: Phase): void => {
        const layout: ConvLayout = {
          image: [O, dy.shape[2], dy.shape[3]],
          kernel: [row.taps, column.taps],
          output: [row.count, column.count],
          stride: 1,
          padding: [row.padding, column.padding],
        }
        scratch(O * C * row.taps * column.taps, rotated => {
          kernels.rotateKernels(wAt, rotated, O, C, kH, kW, stride, row.phase, column.phase)
          if (stride === 1) return convolve(from, rotated, C, N, layout, dx, null)
          scratch(N * C * row.count * column.count, part => {
            convolve(from, rotated, C, N, layout, part, null)
            const [to, place] = [[H, W] as const, [row.first, column.first] as const]
            kernels.spreadImage(part, dx, N * C, row.count, column.count, ...to, stride, ...place)
          })
        })
      }
      return make(sizeOf(inputShape), dx => {
        if (sizeOf(inputShape) === 0) return
        if (!isWhole) kernels.clear(dx, sizeOf(inputShape))
        const used = (phases: Phase[]) => phases.filter(({ taps, count }) => taps > 0 && count > 0)
        contiguous(dy, from =>
          contiguous(w, wAt => {
            for (const row of used(rows)) for (const column of used(columns)) convolvePhase(from, wAt, dx, row, column)
          }),
        )
      })
    },
    conv2dKernelGradient(x, dy, kernelShape, settings) {
      const [N] = x.shape
      const [O] = kernelShape
      const layout = forwardLayout(x.shape, kernelShape, settings)
      const winograd = winogradFor(N, O, layout)
      return make(sizeOf(kernelShape), dw =>
        contiguous(x, from =>
          contiguous(dy, dyAt => {
            if (winograd) winogradWeightGradient(device, winograd, from, dyAt, N, dw)
            else im2colWeightGradient(device, from, dyAt, N, O, layout, dw)
          }),
        ),
      )
    },
  }
}

/** Every stride-th row (or column) of dx, from `first` on: they meet the same rows of the kernel, `taps` of them. */
interface Phase {
  readonly phase: number
  readonly first: number
  readonly count: number
  readonly taps: number
  /** Zeros before dy; a negative number cuts some off. */
  readonly padding: number
}

/** Row i of dx is row i + padding of the padded image, and meets the rows of the kernel that are ≡ to it mod stride. */
function phasesOf(size: number, kernel: number, stride: number, padding: number): Phase[] {
  return indices({ from: 0, count: stride }).map(phase => {
    const start = Math.ceil(Math.max(0, padding - phase) / stride) // counts in strides
    const first = start * stride + phase - padding
    const taps = Math.ceil(Math.max(0, kernel - phase) / stride)
    return { phase, first, count: Math.max(0, Math.ceil((size - first) / stride)), taps, padding: taps - 1 - start }
  })
}

/** Each job convolves some of the images. */
function im2colForward(
  device: Device,
  x: Pointer,
  w: Pointer,
  O: number,
  N: number,
  layout: ConvLayout,
  y: Pointer,
  bias: Pointer | null,
): void {
  const { kernels, codes, pool, scratch } = device
  const { zero, add, rowBias } = codes.Start
  const [C, H, W] = layout.image
  const [oH, oW] = layout.output
  const K = C * layout.kernel[0] * layout.kernel[1]
  const rowStep = rowStepOf(layout)
  const blocks = chunks({ from: 0, count: K }, K_BLOCK)
  const convolve = (ranges: readonly Range[]) =>
    im2col(device, layout, ranges.length, ({ offsets, buffers, pad }) =>
      scratch(O * K, packed => {
        for (const { from, count } of blocks) kernels.packRows(w + from * 4, K * 4, 4, O, count, packed + from * O * 4)
        const image = (n: number, buffer: Pointer): Call[] => [
          pad(x + n * C * H * W * 4, buffer),
          ...blocks.map(({ from, count }): Call => [
            'convolve',
            {
              x: buffer,
              weights: packed + from * O * 4,
              offsets: offsets + from * 4,
              K: count,
              O,
              y: y + n * O * oH * oW * 4,
              oH,
              oW,
              rowStep,
              init: from > 0 ? add : bias === null ? zero : rowBias,
              bias: bias ?? 0,
            },
          ]),
        ]
        pool.run(ranges.map((range, i) => indices(range).flatMap(n => image(n, buffers[i]))))
      }),
    )
  pool.decide('convolve', N * O * oH * oW * K, jobs => convolve(split(N, jobs)))
}

/** So many vectors of dy are summed together: images that have fewer are taken several at a time. */
const VECTORS_AT_ONCE = 128

/** Each job has a band of the rows of dw, and reads all images, so that every sum keeps its order. */
function im2colWeightGradient(
  device: Device,
  x: Pointer,
  dyAt: Pointer,
  N: number,
  O: number,
  layout: ConvLayout,
  dw: Pointer,
): void {
  const { kernels, pool, scratch, integers } = device
  const [C, H, W] = layout.image
  const [oH, oW] = layout.output
  const K = C * layout.kernel[0] * layout.kernel[1]
  const ofImage = positionsOf(layout)
  const each = ofImage.length
  const together = Math.max(1, Math.min(N, Math.floor(VECTORS_AT_ONCE / Math.max(1, each))))
  const vectors = together * each
  const buffer = paddedNumbers(layout) * 4
  const positions = Int32Array.from({ length: vectors }, (_, i) => ofImage[i % each] + Math.floor(i / each) * buffer)
  // After each group of chunks the sums are folded, and after a part of one if an image has very many positions.
  const group = Math.max(1, Math.floor(FOLD_AFTER.vectors / Math.max(vectors, FOLD_AFTER.minimum)))

  function addChunk({ from, count }: Range, band: Range, at: Room): Call[] {
    const bandSums = at.sums + band.from * K * 16
    const dy = at.packed + band.from * vectors * 16
    const all = count * each
    const fold: Call = ['foldSums', { sums: bandSums, totals: at.totals + band.from * K * 8, n: band.count * K }]
    const prepared = indices({ from: 0, count }).flatMap((i): Call[] => {
      const rows = dyAt + ((from + i) * O + band.from) * oH * oW * 4
      return [
        at.pad(x + (from + i) * C * H * W * 4, at.buffer + i * buffer),
        ['packGradient', { dy: rows, O: band.count, oH, oW, y: dy, vectors: all, first: i * each }],
      ]
    })
    const { offsets } = at
    const steps = chunks({ from: 0, count: all }, FOLD_AFTER.vectors)
    const added = steps.flatMap((step, i): Call[] => {
      const range = { first: step.from, end: step.from + step.count, vectors: all }
      const sums = { offsets, K, dy, O: band.count, sums: bandSums }
      const add: Call = ['addWeightGradient', { x: at.buffer, positions: at.positions, ...range, ...sums }]
      return i + 1 < steps.length ? [add, fold] : [add]
    })
    const isLast = from + count === N || (from / together + 1) % group === 0
    return [...prepared, ...added, ...(isLast ? [fold] : [])]
  }

  const addUp = (bands: readonly Range[]) =>
    integers(positions, positionsAt =>
      scratch(O * vectors * 4, packed =>
        sumsAndTotals(device, O * K, (sums, totals) => {
          im2col(device, layout, bands.length * together, ({ offsets, buffers, pad }) => {
            const parts = chunks({ from: 0, count: N }, together)
            const shared = { positions: positionsAt, packed, sums, totals, offsets, pad }
            pool.run(
              bands.map((band, i) =>
                parts.flatMap(part => addChunk(part, band, { ...shared, buffer: buffers[i * together] })),
              ),
            )
          })
          kernels.roundTotals(totals, dw, O * K)
        }),
      ),
    )
  // Each band pads all images, so there are no more bands than threads.
  pool.decide('convolve dw', N * O * oH * oW * K, jobs => addUp(split(O, Math.min(jobs, pool.size), 4)))
}

/** What a band of the gradient of the weights works with. */
interface Room {
  readonly positions: Pointer
  readonly packed: Pointer
  readonly sums: Pointer
  readonly totals: Pointer
  readonly offsets: Pointer
  /** The first of as many padded images as are taken at a time. */
  readonly buffer: Pointer
  readonly pad: (x: Pointer, buffer: Pointer) => Call
}
