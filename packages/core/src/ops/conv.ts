import type { ConvSettings } from '../backend.ts'
import { dims } from '../dims.ts'
import { defineOp, type Op } from '../op.ts'
import type { Shape } from '../shape.ts'
import { madeBy, Tensor } from '../tensor.ts'
import { add } from './elementwise.ts'
import { biasOf, matmul } from './matmul.ts'
import { pad, slice } from './pieces.ts'
import { sum } from './reduce.ts'
import { reshape, sumTo } from './shape-changing.ts'
import { addWindows, checkWindows, windowsOf } from './windows.ts'

const settled = (settings: Partial<ConvSettings> = {}): ConvSettings => ({ stride: 1, padding: 0, ...settings })

/**
 * Slides each of O kernels over images, and adds a bias (or one number for all): x [N, C, H, W], w [O, C, kH, kW], bias
 * [O] → [N, O, oH, oW] where oH = ⌊(H + 2 padding − kH) / stride⌋ + 1; stride 1 and padding 0 unless given. Each has a
 * gradient. Throws `ShapeError`, or `RangeError` if the settings are not whole numbers.
 */
export const conv2d: Op<3, Partial<ConvSettings> | undefined> = defineOp('conv2d', 3, {
  shape: ([x, w, bias], settings, name) => {
    const { O, kH, kW } = dims(name, 'w', { shape: w }, ['O', 'C', 'kH', 'kW'])
    const { stride, padding } = settled(settings)
    const [N, C, oH, oW] = checkWindows(name, x, { kernel: [kH, kW], stride }, padding)
    dims(name, 'w', { shape: w }, [O, C, kH, kW], 'a kernel has as many channels as the images')
    if (bias.length > 0) dims(name, 'bias', { shape: bias }, [O], 'each kernel has one bias')
    return [N, O, oH, oW]
  },
  forward: (on, [x, w, bias], _, settings) => {
    const all = settled(settings)
    return on.fused?.conv2d?.(x, w, biasOf(bias, w.shape[0]), all) ?? convolved(x, w, bias, all)
  },
  backward: (dy, [x, w, bias], _, settings) => [
    () => inputGradient(dy, w, x.shape, settled(settings)),
    () => kernelGradient(x, dy, w.shape, settled(settings)),
    () => sumTo(sum(dy, { axis: [0, 2, 3] }), bias.shape),
  ],
  // prettier-ignore
  examples: [
    [[1, 1, 5, 5], [1, 1, 3, 3], [1]], [[2, 3, 5, 4], [4, 3, 3, 3], [4], { padding: 1 }],
    [[2, 2, 6, 7], [3, 2, 5, 3], [3], { stride: 2, padding: 2 }], [[2, 3, 4, 4], [2, 3, 1, 1], []],
    [[3, 2, 7, 5], [2, 2, 3, 2], [2], { stride: 3 }], [[0, 2, 4, 4], [3, 2, 2, 2], [3]],
  ],
})

/** The windows of all images are the columns of matrices [N, C kH kW, oH oW]: convolution becomes a matmul. */
function columns(x: Tensor, [, C, kH, kW]: Shape, { stride, padding }: ConvSettings): Tensor {
  const windows = windowsOf(padding === 0 ? x : pad(x, around(padding)), { kernel: [kH, kW], stride })
  const [N, , , P] = windows.shape
  return new Tensor(x.on, windows.giveAway(), [N, C * kH * kW, P])
}

const around = (padding: number) => [0, 0, padding, padding].map((n): [number, number] => [n, n])

/** w [O, C kH kW] or dy [N, O, oH oW] */
const flat = (x: Tensor, ...shape: number[]): Tensor => reshape(x, shape)

function convolved(x: Tensor, w: Tensor, bias: Tensor, settings: ConvSettings): Tensor {
  const [O, C, kH, kW] = w.shape
  const y = matmul(flat(w, O, C * kH * kW), columns(x, w.shape, settings)) // [N, O, oH oW]
  return add(y, bias.shape.length === 0 ? bias : flat(bias, O, 1))
}

function kernelGradient(x: Tensor, dy: Tensor, shape: Shape, settings: ConvSettings): Tensor {
  const made = madeBy(x.on, x.on.fused?.conv2dKernelGradient?.(x, dy, shape, settings), shape)
  if (made) return made
  const [N, O, oH, oW] = dy.shape
  const each = matmul(flat(dy, N, O, oH * oW), columns(x, shape, settings), { transposeB: true })
  return reshape(sum(each, { axis: 0 }), shape)
}

function inputGradient(dy: Tensor, w: Tensor, shape: Shape, settings: ConvSettings): Tensor {
  const made = madeBy(dy.on, dy.on.fused?.conv2dInputGradient?.(dy, w, shape, settings), shape)
  if (made) return made
  const [N, C, H, W] = shape
  const [O, , kH, kW] = w.shape
  const { stride, padding } = settings
  const [, , oH, oW] = dy.shape
  const windows = matmul(flat(w, O, C * kH * kW), flat(dy, N, O, oH * oW), { transposeA: true }) // [N, C kH kW, oH oW]
  const padded = addWindows(windows, [N, C, H + 2 * padding, W + 2 * padding], { kernel: [kH, kW], stride })
  const inside = around(padding).map(([before], axis): [number, number] => [before, before + shape[axis]])
  return padding === 0 ? padded : slice(padded, inside)
}
