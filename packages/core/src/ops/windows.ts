import { dims } from '../dims.ts'
import { explain, misfit, type Shape, shapeText } from '../shape.ts'
import { copyOf, Tensor } from '../tensor.ts'

/** A window that slides over an image: its height and width in numbers, and the distance of each move. */
export interface Windows {
  readonly kernel: number | readonly [kH: number, kW: number]
  readonly stride: number
}

const sides = ({ kernel }: Windows) => (typeof kernel === 'number' ? ([kernel, kernel] as const) : kernel)

/** The number of places, vertically and horizontally, where a window fits into H × W. */
const places = (image: Shape, windows: Windows): number[] =>
  sides(windows).map((side, axis) => Math.floor((image[axis] - side) / windows.stride) + 1)

/** All windows as columns (im2col): x [N, C, H, W] → [N, C, kH kW, oH oW]. A strided view and one copy. */
export function windowsOf(x: Tensor, windows: Windows): Tensor {
  const [N, C, H, W] = x.shape
  const { stride } = windows
  const [kH, kW] = sides(windows)
  const [oH, oW] = places([H, W], windows)
  const strides = [C * H * W, H * W, W, 1, W * stride, stride]
  const view = { slot: x.slot, shape: [N, C, kH, kW, oH, oW], strides, offset: 0 }
  return new Tensor(x.on, copyOf(x.on, view).giveAway(), [N, C, kH * kW, oH * oW])
}

/** The transpose (col2im): adds each number of a window to where it came from, [N, C, kH kW, oH oW] → [N, C, H, W]. */
export function addWindows({ on, slot }: Tensor, [N, C, H, W]: Shape, windows: Windows): Tensor {
  const { stride } = windows
  const [kH, kW] = sides(windows)
  const [oH, oW] = places([H, W], windows)
  const from = new Int32Array(kH * kW * oH * oW)
  let at = 0
  for (let i = 0; i < kH; i++)
    for (let j = 0; j < kW; j++)
      for (let h = 0; h < oH; h++) for (let w = 0; w < oW; w++) from[at++] = (h * stride + i) * W + w * stride + j
  const lines = { slot, shape: [N * C, at, 1], strides: [at, 1, 1], offset: 0 }
  return new Tensor(on, on.scatterAdd(lines, from, H * W), [N, C, H, W])
}

/** Checks images and the window that slides over them; returns N, C, oH and oW. Throws `ShapeError` or `RangeError`. */
export function checkWindows(where: string, x: Shape, windows: Windows, padding = 0) {
  const { N, C, H, W } = dims(where, 'x', { shape: x }, ['N', 'C', 'H', 'W'], 'reshape one image to [1, C, H, W]')
  const { stride } = windows
  const [kH, kW] = sides(windows)
  const isWhole = (size: number, least: number) => Number.isInteger(size) && size >= least
  if (!isWhole(stride, 1) || !isWhole(padding, 0) || !isWhole(kH, 1) || !isWhole(kW, 1)) {
    const fact = `the kernel is ${kH} × ${kW}, the stride ${stride} and the padding ${padding}`
    throw new RangeError(explain(where, `${fact}, expected whole numbers of at least 1, 1 and 0`))
  }
  const padded = [H + 2 * padding, W + 2 * padding]
  const [oH, oW] = places(padded, windows)
  if (oH > 0 && oW > 0) return [N, C, oH, oW] as const
  const fact = `a kernel of ${kH} × ${kW} does not fit into images of ${padded.join(' × ')}`
  throw misfit(where, `${fact} (x has shape ${shapeText(x)}, padding ${padding})`, 'more padding or a smaller kernel')
}
