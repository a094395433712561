import { conv2d, type Tensor, zeros } from '@backprop/core'
import { glorotUniform, type Init, type Initialiser } from './init.ts'
import type { Module } from './module.ts'
import { Parameter } from './parameter.ts'

/** The options of `Conv2d`. */
export interface Conv2dOptions extends Init {
  /** How far the kernel moves each time; 1 unless given. */
  readonly stride?: number
  /** How many zeros surround the image on each side; 0 unless given. */
  readonly padding?: number
  readonly weight?: Initialiser
}

/** Convolution: slides O learned kernels of k × k over images, and adds a bias each. */
export class Conv2d implements Module {
  readonly weight: Parameter // [O, C, k, k]
  readonly bias: Parameter // [O]
  readonly stride: number
  readonly padding: number

  /** `new Conv2d(3, 16, 3, { padding: 1, on, rng })`: from 3 channels to 16, with kernels of 3 × 3. */
  constructor(
    channels: number,
    kernels: number,
    size: number,
    { on, rng, stride = 1, padding = 0, weight = glorotUniform }: Conv2dOptions,
  ) {
    this.weight = new Parameter(weight([kernels, channels, size, size], { on, rng }))
    this.bias = new Parameter(zeros([kernels], { on }))
    this.stride = stride
    this.padding = padding
  }

  /** [N, C, H, W] → [N, O, oH, oW] where oH = ⌊(H + 2 padding − k) / stride⌋ + 1. Throws `ShapeError`. */
  forward(x: Tensor): Tensor {
    const { stride, padding } = this
    return conv2d(x, this.weight.value, this.bias.value, { stride, padding })
  }
}
