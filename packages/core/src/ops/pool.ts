import type { PoolSettings, View } from '../backend.ts'
import { defineOp, type Op } from '../op.ts'
import { copyOf, madeBy, type Tensor } from '../tensor.ts'
import { broadcastView } from '../view.ts'
import { mul } from './elementwise.ts'
import { firstMax, max, mean } from './reduce.ts'
import { reshape } from './shape-changing.ts'
import { addWindows, checkWindows, windowsOf } from './windows.ts'

// prettier-ignore
const examples: [number[], PoolSettings][] = [
  [[1, 1, 4, 4], { kernel: 2, stride: 2 }], [[2, 3, 4, 6], { kernel: 2, stride: 2 }],
  [[1, 2, 7, 7], { kernel: 3, stride: 2 }], [[2, 1, 5, 4], { kernel: 2, stride: 1 }],
  [[1, 1, 5, 5], { kernel: 2, stride: 3 }], [[0, 2, 4, 4], { kernel: 2, stride: 2 }],
]

/**
 * The largest number of each window: [N, C, H, W] → [N, C, oH, oW] where oH = ⌊(H − kernel) / stride⌋ + 1. Of equal
 * ones the first gets the gradient. Throws `ShapeError`, or `RangeError` if the settings are not whole numbers.
 */
export const maxPool2d: Op<1, PoolSettings> = defineOp('maxPool2d', 1, {
  shape: ([x], settings, name) => checkWindows(name, x, settings),
  forward: (on, [x], _, settings) => on.fused?.maxPool2d?.(x, settings) ?? max(windowsOf(x, settings), { axis: 2 }),
  backward: (dy, [x], _, settings) => [
    () =>
      madeBy(x.on, x.on.fused?.maxPool2dGradient?.(x, dy, settings), x.shape) ??
      addWindows(mul(firstMax(windowsOf(x, settings), [2]), acrossWindows(dy)), x.shape, settings),
  ],
  examples,
})

/** The mean of each window, shaped and checked as in `maxPool2d`; each number of a window gets dy / kernel². */
export const avgPool2d: Op<1, PoolSettings> = defineOp('avgPool2d', 1, {
  shape: ([x], settings, name) => checkWindows(name, x, settings),
  forward: (on, [x], _, settings) => on.fused?.avgPool2d?.(x, settings) ?? mean(windowsOf(x, settings), { axis: 2 }),
  backward: (dy, [x], _, settings) => [
    () =>
      madeBy(x.on, x.on.fused?.avgPool2dGradient?.(dy, x.shape, settings), x.shape) ??
      addWindows(copyOf(x.on, spread(dy, settings)), x.shape, settings),
  ],
  examples,
})

/** [N, C, oH, oW] → [N, C, 1, oH oW], one number for each window */
const acrossWindows = (dy: Tensor): Tensor => reshape(dy, [dy.shape[0], dy.shape[1], 1, dy.shape[2] * dy.shape[3]])

/** dy / kernel² in each place of its window, [N, C, kernel², oH oW] */
function spread(dy: Tensor, { kernel }: PoolSettings): View {
  const [N, C, oH, oW] = dy.shape
  return broadcastView(acrossWindows(mul(dy, kernel ** -2)), [N, C, kernel ** 2, oH * oW])
}
