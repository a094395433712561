import { sizeOf } from '@backprop/core'
import type { FusedKernels } from '@backprop/core'
import type { Device } from '../device.ts'
import type { Pointer } from '../exports.ts'
import { roundUp } from '../round-up.ts'
import { chunks, cut, indices } from '../threads/crew.ts'
import type { Call, Part } from '../threads/crew.ts'
import { ahead, extent, placesOf } from './conv-layout.ts'
import type { Layout } from './conv-layout.ts'
import { FOLD, sumsAndTotals } from './long-sums.ts'
import { tiledKernelGradient } from './winograd-gradient.ts'
import type { SmallConv } from './winograd-tiles.ts'
import { tiledForward, tilesPay } from './winograd.ts'

/** How the sums start; the same numbers as in assembly/tile.ts. */
const ZERO = 0
const ADD = 1
const ROW_BIAS = 3

/** Longer sums over k are cut into blocks, so that they keep their digits. */
const K_BLOCK = 512

type ConvKernels = Pick<FusedKernels, 'conv2d' | 'conv2dInputGradient' | 'conv2dKernelGradient'>

export function convolution(device: Device, mayTile: boolean): ConvKernels {
  const { kernels, crew, make, scratch, contiguous, integers } = device

  /**
   * Lends the table of offsets and `count` buffers full of zeros, each for one image, and a function that says how an
   * image is laid out in a buffer.
   */
  function laidOut(
    layout: Layout,
    count: number,
    use: (table: Pointer, buffers: Pointer[], lay: (x: Pointer, buffer: Pointer) => Call) => void,
  ): void {
    const { stride, spread } = layout
    const [C, H, W] = layout.image
    const [kH, kW] = layout.kernel
    const [top, left] = layout.before
    const { rows, phase } = extent(layout)
    const size = roundUp(C * rows * stride * phase + 8, 16)
    scratch(size * count, first => {
      kernels.clear(first, size * count)
      scratch(C * kH * kW, table => {
        kernels.tabulate(table, C, kH, kW, rows, stride, phase)
        const buffers = Array.from({ length: count }, (_, i) => first + i * size * 4)
        use(table, buffers, (x, to) => ['layOut', x, to, C, H, W, rows, stride, phase, top, left, spread])
      })
    })
  }

  /** Every image of x through the weights w [O, C, kH, kW]. */
  function forward(
    x: Pointer,
    w: Pointer,
    O: number,
    N: number,
    layout: Layout,
    y: Pointer,
    bias: Pointer | null,
  ): void {
    const small = mayTile ? smallConv(N, O, layout) : null
    if (small) return tiledForward(device, small, x, w, N, y, bias)
    const [C, H, W] = layout.image
    const [oH, oW] = layout.output
    const K = C * layout.kernel[0] * layout.kernel[1]
    const rowBytes = extent(layout).phase * layout.stride * layout.stride * 4
    const init = bias === null ? ZERO : ROW_BIAS
    const parts = cut(N, crew.lists(N * O * oH * oW * K))
    const blocks = chunks({ from: 0, count: K }, K_BLOCK)
    laidOut(layout, parts.length, (table, buffers, lay) =>
      scratch(O * K, packed => {
        for (const { from, count } of blocks) kernels.packRows(w + from * 4, K * 4, 4, O, count, packed + from * O * 4)
        const image = (n: number, buffer: Pointer): Call[] => [
          lay(x + n * C * H * W * 4, buffer),
          ...blocks.map(({ from, count }): Call => {
            const weights = [packed + from * O * 4, table + from * 4, count, O] as const
            const results = [y + n * O * oH * oW * 4, oH, oW, rowBytes] as const
            return ['convolve', buffer, ...weights, ...results, from === 0 ? init : ADD, bias ?? 0]
          }),
        ]
        crew.run(parts.map((part, i) => indices(part).flatMap(n => image(n, buffers[i]))))
      }),
    )
  }

  /** Each list has a band of the rows of dw, and goes through all images, so that every sum keeps its order. */
  function kernelGradient(x: Pointer, dy: Pointer, N: number, O: number, layout: Layout, dw: Pointer): void {
    const [C, H, W] = layout.image
    const [oH, oW] = layout.output
    const K = C * layout.kernel[0] * layout.kernel[1]
    const places = placesOf(layout)
    const vectors = places.length
    const bands = cut(O, crew.lists(N * O * oH * oW * K), 4)
    // An image with many places is taken in several steps, and after each group of steps the sums are folded.
    const steps = chunks({ from: 0, count: vectors }, FOLD.vectors)
    const group = Math.max(1, Math.floor(FOLD.vectors / Math.max(vectors, FOLD.block)))
    integers(places, placesAt =>
      scratch(O * vectors * 4, packed =>
        sumsAndTotals(device, O * K, (sums, totals) => {
          laidOut(layout, bands.length, (table, buffers, lay) => {
            const image = (n: number, { from, count }: Part, buffer: Pointer): Call[] => {
              const band = packed + from * vectors * 16
              const sumsHere = sums + from * K * 16
              const fold: Call = ['foldSums', sumsHere, totals + from * K * 8, count * K]
              const add = ({ from: first, count: some }: Part): Call => {
                const range = [first, first + some, vectors] as const
                return ['addKernelGradient', buffer, placesAt, ...range, table, K, band, count, sumsHere]
              }
              return [
                lay(x + n * C * H * W * 4, buffer),
                ['packPlaces', dy + (n * O + from) * oH * oW * 4, count, oH, oW, band],
                ...steps.flatMap((step, i) => [add(step), ...(i + 1 < steps.length ? [fold] : [])]),
                ...((n + 1) % group === 0 || n + 1 === N ? [fold] : []),
              ]
            }
            const images = indices({ from: 0, count: N })
            crew.run(bands.map((band, i) => images.flatMap(n => image(n, band, buffers[i]))))
          })
          kernels.roundTotals(totals, dw, O * K)
        }),
      ),
    )
  }

  return {
    conv2d(x, w, bias, settings) {
      const [N] = x.shape
      const [O] = w.shape
      const layout = ahead(x.shape, w.shape, settings)
      return make(N * O * sizeOf(layout.output), y => {
        if (N * sizeOf(layout.output) === 0) return
        contiguous(x, at => contiguous(w, wAt => contiguous(bias, b => forward(at, wAt, O, N, layout, y, b))))
      })
    },
    conv2dInputGradient(dy, w, inputShape, { stride, padding }) {
      const [N, C, H, W] = inputShape
      const [O, , kH, kW] = w.shape
      const layout: Layout = {
        image: [O, dy.shape[2], dy.shape[3]],
        kernel: [kH, kW],
        output: [H, W],
        stride: 1,
        before: [kH - 1 - padding, kW - 1 - padding],
        spread: stride,
      }
      return make(sizeOf(inputShape), dx => {
        if (sizeOf(inputShape) === 0) return
        contiguous(dy, from =>
          contiguous(w, wAt =>
            scratch(sizeOf(w.shape), turned => {
              kernels.turnKernels(wAt, turned, O, C, kH * kW)
              forward(from, turned, C, N, layout, dx, null)
            }),
          ),
        )
      })
    },
    conv2dKernelGradient(x, dy, kernelShape, settings) {
      const [N] = x.shape
      const [O] = kernelShape
      const layout = ahead(x.shape, kernelShape, settings)
      const small = mayTile ? smallConv(N, O, layout) : null
      return make(sizeOf(kernelShape), dw =>
        contiguous(x, from =>
          contiguous(dy, dyAt => {
            if (small) tiledKernelGradient(device, small, from, dyAt, N, dw)
            else kernelGradient(from, dyAt, N, O, layout, dw)
          }),
        ),
      )
    },
  }
}

/** What Winograd's way can do, and does faster: kernels of 3 × 3, one step at a time. */
function smallConv(
  N: number,
  O: number,
  { image, kernel: [kH, kW], output: [oH, oW], stride, spread, before }: Layout,
): SmallConv | null {
  if (kH !== 3 || kW !== 3 || stride !== 1 || spread !== 1) return null
  const small: SmallConv = { image, output: [O, oH, oW], before }
  return tilesPay(small, N) ? small : null
}
