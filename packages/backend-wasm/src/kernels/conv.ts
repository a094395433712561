import { type FusedKernels, sizeOf } from '@backprop/core'
import type { Device } from '../device.ts'
import type { Pointer } from '../module.ts'
import type { Call } from '../pool/thread-pool.ts'
import { chunks, indices, type Range, split } from '../ranges.ts'
import { type ConvLayout, forwardLayout, im2col, positionsOf, rowStepOf } from './im2col.ts'
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
    // A convolution too: of dy, whose rows and columns are `stride` apart, with the kernels rotated by 180°.
    conv2dInputGradient(dy, w, inputShape, { stride, padding }) {
      const [N, C, H, W] = inputShape
      const [O, , kH, kW] = w.shape
      const layout: ConvLayout = {
        image: [O, dy.shape[2], dy.shape[3]],
        kernel: [kH, kW],
        output: [H, W],
        stride: 1,
        padding: [kH - 1 - padding, kW - 1 - padding],
        dilation: stride,
      }
      return make(sizeOf(inputShape), dx => {
        if (sizeOf(inputShape) === 0) return
        contiguous(dy, from =>
          contiguous(w, wAt =>
            scratch(sizeOf(w.shape), rotated => {
              kernels.rotateKernels(wAt, rotated, O, C, kH * kW)
              convolve(from, rotated, C, N, layout, dx, null)
            }),
          ),
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
  const ranges = split(N, pool.jobs(N * O * oH * oW * K))
  const blocks = chunks({ from: 0, count: K }, K_BLOCK)
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
}

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
  const positions = positionsOf(layout)
  const vectors = positions.length
  const bands = split(O, pool.jobs(N * O * oH * oW * K), 4)
  // An image with many positions takes several steps, and after each group of steps the sums are folded.
  const steps = chunks({ from: 0, count: vectors }, FOLD_AFTER.vectors)
  const group = Math.max(1, Math.floor(FOLD_AFTER.vectors / Math.max(vectors, FOLD_AFTER.minimum)))
  integers(positions, positionsAt =>
    scratch(O * vectors * 4, packed =>
      sumsAndTotals(device, O * K, (sums, totals) => {
        im2col(device, layout, bands.length, ({ offsets, buffers, pad }) => {
          const image = (n: number, { from, count }: Range, buffer: Pointer): Call[] => {
            const dy = packed + from * vectors * 16
            const bandSums = sums + from * K * 16
            const fold: Call = ['foldSums', { sums: bandSums, totals: totals + from * K * 8, n: count * K }]
            const add = (step: Range): Call => [
              'addWeightGradient',
              {
                x: buffer,
                positions: positionsAt,
                first: step.from,
                end: step.from + step.count,
                vectors,
                offsets,
                K,
                dy,
                O: count,
                sums: bandSums,
              },
            ]
            return [
              pad(x + n * C * H * W * 4, buffer),
              ['packGradient', { dy: dyAt + (n * O + from) * oH * oW * 4, O: count, oH, oW, y: dy }],
              ...steps.flatMap((step, i) => [add(step), ...(i + 1 < steps.length ? [fold] : [])]),
              ...((n + 1) % group === 0 || n + 1 === N ? [fold] : []),
            ]
          }
          const images = indices({ from: 0, count: N })
          pool.run(bands.map((band, i) => images.flatMap(n => image(n, band, buffers[i]))))
        })
        kernels.roundTotals(totals, dw, O * K)
      }),
    ),
  )
}
