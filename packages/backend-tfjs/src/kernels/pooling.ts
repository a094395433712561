import { type FusedKernels, type PoolSettings, sizeOf, type View } from '@backprop/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Device } from '../device.ts'
import { permuted, type Views } from '../views.ts'

type PoolKernels = Pick<FusedKernels, 'maxPool2d' | 'maxPool2dGradient' | 'avgPool2d' | 'avgPool2dGradient'>

export function pooling({ run, scope, zeros, transpose }: Device, { dense }: Views): PoolKernels {
  const images = (x: View) => dense(permuted(x, [0, 2, 3, 1]))
  const back = (y: TensorInfo) => transpose(y, [0, 3, 1, 2])
  const settled = ({ kernel, stride }: PoolSettings) => ({
    filterSize: [kernel, kernel],
    strides: [stride, stride],
    pad: 'valid',
    dimRoundingMode: 'floor',
  })

  return {
    maxPool2d: (x, settings) =>
      sizeOf(x.shape) === 0 ? zeros(0) : scope(() => back(run('MaxPool', { x: images(x) }, settled(settings)))),
    maxPool2dGradient(x, dy, settings) {
      if (sizeOf(x.shape) === 0) return zeros(0)
      return scope(() => {
        const input = images(x)
        const output = run('MaxPool', { x: input }, settled(settings))
        return back(run('MaxPoolGrad', { dy: images(dy), input, output }, settled(settings)))
      })
    },
    avgPool2d: (x, settings) =>
      sizeOf(x.shape) === 0 ? zeros(0) : scope(() => back(run('AvgPool', { x: images(x) }, settled(settings)))),
    avgPool2dGradient(dy, inputShape, settings) {
      if (sizeOf(inputShape) === 0) return zeros(0)
      const [N, C, H, W] = inputShape
      return scope(() => {
        const y = images(dy)
        // It reads only the shape of the input.
        const input = { ...y, shape: [N, H, W, C] }
        return back(run('AvgPoolGrad', { dy: y, input }, settled(settings)))
      })
    },
  }
}
