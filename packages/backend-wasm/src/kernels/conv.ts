import { sizeOf } from '@backprop/core'
import type { ConvSettings, FusedKernels } from '@backprop/core'
import type { Device } from '../device.ts'
import type { Pointer } from '../module.ts'
import { winograd } from './winograd.ts'
import type { SmallConv } from './winograd.ts'

/** How the sums start; the same numbers as in assembly/tile.ts. */
const ZERO = 0
const ROW_BIAS = 3

/** How one image is laid out before the kernel walks over it; see assembly/conv-lay.ts. All but the last in numbers. */
interface Layout {
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

type ConvKernels = Pick<FusedKernels, 'conv2d' | 'conv2dInputGradient' | 'conv2dKernelGradient'>

export function convolution(device: Device, mayTile: boolean): ConvKernels {
  const { kernels, make, scratch, contiguous, integers } = device
  const tiled = winograd(device)
  const clear = (at: Pointer, n: number) => device.heap.f32().fill(0, at >> 2, (at >> 2) + n)

  /** Lends an image buffer full of zeros and the table of offsets, and a function that lays the next image out. */
  function laidOut(layout: Layout, use: (image: Pointer, table: Pointer, lay: (x: Pointer) => void) => void): void {
    const { stride, spread } = layout
    const [C, H, W] = layout.image
    const [kH, kW] = layout.kernel
    const [top, left] = layout.before
    const { rows, phase } = extent(layout)
    const size = C * rows * stride * phase
    scratch(size + 8, image => {
      clear(image, size + 8)
      scratch(C * kH * kW, table => {
        kernels.tabulate(table, C, kH, kW, rows, stride, phase)
        use(image, table, x => kernels.layOut(x, image, C, H, W, rows, stride, phase, top, left, spread))
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
    const small = smallConv(O, layout)
    if (mayTile && small && tiled.pays(small)) return tiled.forward(x, w, N, small, y, bias)
    const [C, H, W] = layout.image
    const [oH, oW] = layout.output
    const K = C * layout.kernel[0] * layout.kernel[1]
    const rowBytes = extent(layout).phase * layout.stride * 4
    laidOut(layout, (image, table, lay) =>
      scratch(O * K, packed => {
        kernels.packRows(w, K * 4, 4, O, K, packed)
        for (let n = 0; n < N; n++) {
          lay(x + n * C * H * W * 4)
          const to = y + n * O * oH * oW * 4
          const init = bias === null ? ZERO : ROW_BIAS
          kernels.convolve(image, packed, table, K, O, to, oH, oW, rowBytes * layout.stride, init, bias ?? 0)
        }
      }),
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
      const [N, C, H, W] = x.shape
      const [O] = kernelShape
      const layout = ahead(x.shape, kernelShape, settings)
      const [oH, oW] = layout.output
      const K = sizeOf(kernelShape) / O
      const small = smallConv(O, layout)
      if (mayTile && small && tiled.pays(small)) {
        return make(sizeOf(kernelShape), dw =>
          contiguous(x, from => contiguous(dy, dyAt => tiled.kernelGradient(from, dyAt, N, small, dw))),
        )
      }
      const places = placesOf(layout)
      const vectors = places.length
      return make(sizeOf(kernelShape), dw =>
        contiguous(x, from =>
          contiguous(dy, dyAt =>
            integers(places, placesAt =>
              scratch(O * vectors * 4, packed =>
                scratch(O * K * 4, sums => {
                  clear(sums, O * K * 4)
                  laidOut(layout, (image, table, lay) => {
                    for (let n = 0; n < N; n++) {
                      lay(from + n * C * H * W * 4)
                      kernels.packPlaces(dyAt + n * O * oH * oW * 4, O, oH, oW, packed)
                      kernels.addKernelGradient(image, placesAt, vectors, table, K, packed, O, sums)
                    }
                  })
                  kernels.addUp(sums, dw, O * K)
                }),
              ),
            ),
          ),
        ),
      )
    },
  }
}

/** What Winograd's way can do: kernels of 3 × 3, one step at a time. */
function smallConv(
  O: number,
  { image, kernel: [kH, kW], output: [oH, oW], stride, spread, before }: Layout,
): SmallConv | null {
  return kH === 3 && kW === 3 && stride === 1 && spread === 1 ? { image, output: [O, oH, oW], before } : null
}

/** For each vector of results, row by row: how many bytes into the image the numbers for the first weight lie. */
function placesOf(layout: Layout): Int32Array {
  const { output, stride } = layout
  const rowBytes = extent(layout).phase * stride * stride * 4
  const perRow = Math.ceil(output[1] / 4)
  return Int32Array.from({ length: output[0] * perRow }, (_, i) => {
    return Math.floor(i / perRow) * rowBytes + (i % perRow) * 16
  })
}

/** Rows of the padded image that are used, and columns of each phase; whole vectors may be read at the end of a row. */
function extent({ kernel: [kH, kW], output: [oH, oW], stride }: Layout): { rows: number; phase: number } {
  return { rows: (oH - 1) * stride + kH, phase: roundUp(oW, 8) + Math.floor((kW - 1) / stride) }
}

function ahead(x: readonly number[], w: readonly number[], { stride, padding }: ConvSettings): Layout {
  const [, C, H, W] = x
  const [, , kH, kW] = w
  const steps = (size: number, kernel: number) => Math.floor((size + 2 * padding - kernel) / stride) + 1
  const output = [steps(H, kH), steps(W, kW)] as const
  return { image: [C, H, W], kernel: [kH, kW], output, stride, before: [padding, padding], spread: 1 }
}

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to
