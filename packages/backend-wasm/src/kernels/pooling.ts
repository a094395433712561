import { sizeOf } from '@backprop/core'
import type { FusedKernels, PoolSettings } from '@backprop/core'
import type { Device } from '../device.ts'

type PoolKernels = Pick<FusedKernels, 'maxPool2d' | 'maxPool2dGradient' | 'avgPool2d' | 'avgPool2dGradient'>

export function pooling({ call, make, contiguous }: Device): PoolKernels {
  return {
    maxPool2d: (x, settings) => {
      const window = windows(x.shape, settings)
      return contiguous(x, from => make(resultSize(window), y => call('maxPool', { x: from, y, ...window })))
    },
    maxPool2dGradient: (x, dy, settings) => {
      const window = windows(x.shape, settings)
      return contiguous(x, from =>
        contiguous(dy, dyAt =>
          make(sizeOf(x.shape), dx => call('maxPoolGradient', { x: from, dy: dyAt, dx, ...window })),
        ),
      )
    },
    avgPool2d: (x, settings) => {
      const window = windows(x.shape, settings)
      return contiguous(x, from => make(resultSize(window), y => call('avgPool', { x: from, y, ...window })))
    },
    avgPool2dGradient: (dy, inputShape, settings) => {
      const window = windows(inputShape, settings)
      return contiguous(dy, from =>
        make(sizeOf(inputShape), dx => call('avgPoolGradient', { x: 0, dy: from, dx, ...window })),
      )
    },
  }
}

function windows([N, C, H, W]: readonly number[], { kernel, stride }: PoolSettings) {
  const steps = (size: number) => Math.floor((size - kernel) / stride) + 1
  return { planes: N * C, H, W, oH: steps(H), oW: steps(W), kernel, stride }
}

const resultSize = ({ planes, oH, oW }: ReturnType<typeof windows>): number => planes * oH * oW
