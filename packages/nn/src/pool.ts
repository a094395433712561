import { avgPool2d, dims, maxPool2d, mean, type Tensor } from '@backprop/core'
import type { Module } from './module.ts'

interface Windows {
  /** The distance between windows; `kernel` unless given, so that they touch. */
  readonly stride?: number
}

/** Max pooling: the largest number of each k × k window; of equal ones the first gets the gradient. */
export class MaxPool2d implements Module {
  readonly kernel: number
  readonly stride: number

  constructor(kernel: number, { stride = kernel }: Windows = {}) {
    this.kernel = kernel
    this.stride = stride
  }

  /** [N, C, H, W] → [N, C, oH, oW] where oH = ⌊(H − k) / stride⌋ + 1. Throws `ShapeError`. */
  forward(x: Tensor): Tensor {
    const { kernel, stride } = this
    return maxPool2d(x, { kernel, stride })
  }
}

/** Average pooling: the mean of each k × k window. */
export class AvgPool2d implements Module {
  readonly kernel: number
  readonly stride: number

  constructor(kernel: number, { stride = kernel }: Windows = {}) {
    this.kernel = kernel
    this.stride = stride
  }

  /** [N, C, H, W] → [N, C, oH, oW] where oH = ⌊(H − k) / stride⌋ + 1. Throws `ShapeError`. */
  forward(x: Tensor): Tensor {
    const { kernel, stride } = this
    return avgPool2d(x, { kernel, stride })
  }
}

/** Global average pooling: the mean of each channel, [N, C, H, W] → [N, C]. A function, because it learns nothing. */
export function globalAvgPool2d(x: Tensor): Tensor {
  dims('globalAvgPool2d', 'x', x, ['N', 'C', 'H', 'W'])
  return mean(x, { axis: [2, 3] })
}
