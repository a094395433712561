import { avgPool2d, maxPool2d } from '@backprop/core'
import type { Tensor } from '@backprop/core'
import type { Module } from './module.ts'

interface Windows {
  /** How far apart the windows lie; unless given, they touch. */
  readonly stride?: number
}

/** The largest number of each k × k window; of several that are equal, the first one gets the gradient. */
export class MaxPool2d implements Module {
  readonly kernel: number
  readonly stride: number

  constructor(kernel: number, { stride = kernel }: Windows = {}) {
    this.kernel = kernel
    this.stride = stride
  }

  /** [N, C, H, W] → [N, C, oH, oW] where oH = ⌊(H − k) / stride⌋ + 1 */
  forward(x: Tensor): Tensor {
    const { kernel, stride } = this
    return maxPool2d(x, { kernel, stride })
  }
}

/** The mean of each k × k window. */
export class AvgPool2d implements Module {
  readonly kernel: number
  readonly stride: number

  constructor(kernel: number, { stride = kernel }: Windows = {}) {
    this.kernel = kernel
    this.stride = stride
  }

  /** [N, C, H, W] → [N, C, oH, oW] where oH = ⌊(H − k) / stride⌋ + 1 */
  forward(x: Tensor): Tensor {
    const { kernel, stride } = this
    return avgPool2d(x, { kernel, stride })
  }
}
