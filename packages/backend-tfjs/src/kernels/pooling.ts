import { type FusedKernels, type PoolSettings, sizeOf, type View } from '@backprop/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Device } from '../device.ts'
import { transposed } from '../layout.ts'
import { permuted, type Views } from '../views.ts'

type PoolKernels = Pick<FusedKernels, 'maxPool2d' | 'maxPool2dGradient' | 'avgPool2d' | 'avgPool2dGradient'>

/** `readsAtOnce`: whether numbers can be looked at; on such backends the maximum of a window ignores NaN. */
export function pooling(device: Device, { dense }: Views, readsAtOnce: boolean): PoolKernels {
  const { run, scope, zeros, asNumbers, numberIn } = device
  const images = (x: View) => dense(permuted(x, [0, 2, 3, 1]))
  const back = (y: TensorInfo) => transposed(y, [0, 3, 1, 2])
  const settled = ({ kernel, stride }: PoolSettings) => ({
    filterSize: [kernel, kernel],
    strides: [stride, stride],
    pad: 'valid',
    dimRoundingMode: 'floor',
  })

  /** Finite numbers have a sum; only of others is it necessary to look at each. */
  const mayHaveNaN = (x: TensorInfo) =>
    Number.isNaN(numberIn(run('Sum', { x }, { axis: [0, 1, 2, 3], keepDims: false })))

  function largest(x: TensorInfo, settings: PoolSettings): TensorInfo {
    const y = run('MaxPool', { x }, settled(settings))
    if (!readsAtOnce || !mayHaveNaN(x)) return y
    const marks = run('MaxPool', { x: asNumbers(run('IsNan', { x })) }, settled(settings))
    const zero = run('ZerosLike', { x: y })
    const nan = run('RealDiv', { a: zero, b: zero })
    return run('Select', { condition: run('Greater', { a: marks, b: zero }), t: nan, e: y })
  }

  return {
    maxPool2d: (x, settings) => (sizeOf(x.shape) === 0 ? zeros(0) : scope(() => back(largest(images(x), settings)))),
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
