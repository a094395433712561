import type { PoolSettings } from '../backend.ts'
import { defineOp, type Op } from '../op.ts'
import { Tensor, copyOf } from '../tensor.ts'
import { broadcastView } from '../view.ts'
import { mul } from './elementwise.ts'
import { firstMax, max, mean } from './reduce.ts'
import { reshape } from './shape-changing.ts'
import { addWindows, checkWindows, square, windowsOf } from './windows.ts'

// prettier-ignore
const examples: [number[], PoolSettings][] = [
  [[1, 1, 4, 4], { kernel: 2, stride: 2 }], [[2, 3, 4, 6], { kernel: 2, stride: 2 }],
  [[1, 2, 7, 7], { kernel: 3, stride: 2 }], [[2, 1, 5, 4], { kernel: 2, stride: 1 }],
  [[1, 1, 5, 5], { kernel: 2, stride: 3 }], [[0, 2, 4, 4], { kernel: 2, stride: 2 }],
]

/** The largest number of each window: [N, C, H, W] → [N, C, oH, oW]. Of several, the first one gets the gradient. */
export const maxPool2d: Op<1, PoolSettings> = defineOp('maxPool2d', 1, {
  shape: ([x], settings) => checkWindows('maxPool2d', x, square(settings)),
  forward: (on, [x], _, settings) =>
    on.fused?.maxPool2d?.(x, settings) ?? max(windowsOf(x, square(settings)), { axis: 2 }),
  backward: (dy, [x], _, settings) => [
    () => {
      const slot = x.on.fused?.maxPool2dGradient?.(x, dy, settings)
      if (slot) return new Tensor(x.on, slot, x.shape)
      const first = firstMax(windowsOf(x, square(settings)), [2])
      return addWindows(mul(first, acrossWindows(dy)), x.shape, square(settings))
    },
  ],
  examples,
})

/** The mean of each window: [N, C, H, W] → [N, C, oH, oW] */
export const avgPool2d: Op<1, PoolSettings> = defineOp('avgPool2d', 1, {
  shape: ([x], settings) => checkWindows('avgPool2d', x, square(settings)),
  forward: (on, [x], _, settings) =>
    on.fused?.avgPool2d?.(x, settings) ?? mean(windowsOf(x, square(settings)), { axis: 2 }),
  backward: (dy, [x], _, settings) => [
    () => {
      const slot = x.on.fused?.avgPool2dGradient?.(dy, x.shape, settings)
      if (slot) return new Tensor(x.on, slot, x.shape)
      const { kernel } = settings
      const [N, C, oH, oW] = dy.shape
      const each = broadcastView(acrossWindows(mul(dy, kernel ** -2)), [N, C, kernel ** 2, oH * oW])
      return addWindows(copyOf(x.on, each), x.shape, square(settings))
    },
  ],
  examples,
})

/** [N, C, oH, oW] → [N, C, 1, oH oW], one number for each window */
const acrossWindows = (dy: Tensor): Tensor => reshape(dy, [dy.shape[0], dy.shape[1], 1, dy.shape[2] * dy.shape[3]])
