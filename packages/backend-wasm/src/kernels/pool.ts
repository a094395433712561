import { sizeOf } from '@backprop/core'
import type { FusedKernels, PoolSettings } from '@backprop/core'
import type { Device } from '../device.ts'

type PoolKernels = Pick<FusedKernels, 'maxPool2d' | 'maxPool2dGradient' | 'avgPool2d' | 'avgPool2dGradient'>

export function pooling({ kernels, make, contiguous }: Device): PoolKernels {
  return {
    maxPool2d: (x, settings) => {
      const window = windows(x.shape, settings)
      return contiguous(x, from => make(resultSize(window), y => kernels.maxPool(from, y, ...window)))
    },
    maxPool2dGradient: (x, dy, settings) =>
      contiguous(x, from =>
        contiguous(dy, dyAt =>
          make(sizeOf(x.shape), dx => kernels.maxPoolGradient(from, dyAt, dx, ...windows(x.shape, settings))),
        ),
      ),
    avgPool2d: (x, settings) => {
      const window = windows(x.shape, settings)
      return contiguous(x, from => make(resultSize(window), y => kernels.avgPool(from, y, ...window)))
    },
    avgPool2dGradient: (dy, inputShape, settings) =>
      contiguous(dy, from =>
        make(sizeOf(inputShape), dx => kernels.avgPoolGradient(from, dx, ...windows(inputShape, settings))),
      ),
  }
}

type Windows = [planes: number, H: number, W: number, oH: number, oW: number, kernel: number, stride: number]

function windows([N, C, H, W]: readonly number[], { kernel, stride }: PoolSettings): Windows {
  const steps = (size: number) => Math.floor((size - kernel) / stride) + 1
  return [N * C, H, W, steps(H), steps(W), kernel, stride]
}

const resultSize = ([planes, , , oH, oW]: Windows): number => planes * oH * oW
