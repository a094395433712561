import { type ConvSettings, type FusedKernels, type Shape, sizeOf, type View } from '@backprop/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Device } from '../device.ts'
import { transposed } from '../layout.ts'
import { permuted, type Views } from '../views.ts'

type ConvKernels = Pick<FusedKernels, 'conv2d' | 'conv2dInputGradient' | 'conv2dKernelGradient'>

// TensorFlow.js keeps the channels of images last, [N, H, W, C], and kernels as [kH, kW, C, O].
const IMAGES_LAST = [0, 2, 3, 1]
const IMAGES_FIRST = [0, 3, 1, 2]
const KERNELS_LAST = [2, 3, 1, 0]
const KERNELS_FIRST = [3, 2, 0, 1]

/** `convPads`: whether convolutions take a number for their padding; libtensorflow knows only `same` and `valid`. */
export function convolution(device: Device, { dense }: Views, convPads: boolean): ConvKernels {
  const { run, scope, zeros } = device
  const images = (x: View) => dense(permuted(x, IMAGES_LAST))
  const kernels = (w: View) => dense(permuted(w, KERNELS_LAST))
  const around = (n: number) => [0, n, n, 0].map(side => [side, side])
  const last = ([N, C, H, W]: readonly number[], outside: number) => [N, H + 2 * outside, W + 2 * outside, C]

  function settled({ stride, padding }: ConvSettings, [, , kH, kW]: Shape) {
    // Such a padding keeps the size of the images, so it is the one that libtensorflow knows.
    const isSame = stride === 1 && kH === 2 * padding + 1 && kW === kH
    const own = convPads ? around(padding) : isSame ? 'same' : null
    return {
      // A list for each axis, because with a single number TensorFlow.js assumes that kernels are square.
      attributes: {
        strides: [stride, stride],
        pad: padding > 0 && own ? own : 'valid',
        dataFormat: 'NHWC',
        dilations: [1, 1],
        dimRoundingMode: 'floor',
      },
      outside: own ? 0 : padding,
    }
  }

  function padded(x: TensorInfo, n: number): TensorInfo {
    if (n === 0) return x
    return run('PadV2', { x }, { paddings: around(n), constantValue: 0 })
  }

  /**
   * The part of padded images that the windows cover. Where the last rows or columns are in no window, as with a kernel of
   * 1×1 and a stride of 2, oneDNN in libtensorflow 2.9 throws in the gradient of the kernel, or ends the process.
   */
  function covered(x: TensorInfo, dy: View, [, , kH, kW]: Shape, { stride }: ConvSettings): TensorInfo {
    const [N, H, W, C] = x.shape
    const [high, wide] = [(dy.shape[2] - 1) * stride + kH, (dy.shape[3] - 1) * stride + kW]
    return high === H && wide === W ? x : run('Slice', { x }, { begin: [0, 0, 0, 0], size: [N, high, wide, C] })
  }

  return {
    conv2d(x, w, bias, settings) {
      if (x.shape[0] === 0) return zeros(0)
      const { attributes, outside } = settled(settings, w.shape)
      return scope(() => {
        const y = run('Conv2D', { x: padded(images(x), outside), filter: kernels(w) }, attributes)
        return transposed(run('Add', { a: y, b: dense(bias) }), IMAGES_FIRST)
      })
    },
    conv2dInputGradient(dy, w, inputShape, settings) {
      if (sizeOf(inputShape) === 0) return zeros(0)
      const { attributes, outside } = settled(settings, w.shape)
      const [N, C, H, W] = inputShape
      return scope(() => {
        const inputs = { dy: images(dy), filter: kernels(w) }
        const dx = run('Conv2DBackpropInput', inputs, { ...attributes, inputShape: last(inputShape, outside) })
        const inside = { begin: [0, outside, outside, 0], size: [N, H, W, C] }
        return transposed(outside === 0 ? dx : run('Slice', { x: dx }, inside), IMAGES_FIRST)
      })
    },
    conv2dKernelGradient(x, dy, kernelShape, settings) {
      if (x.shape[0] === 0) return zeros(sizeOf(kernelShape))
      const { attributes, outside } = settled(settings, kernelShape)
      const [O, C, kH, kW] = kernelShape
      return scope(() => {
        const whole = padded(images(x), outside)
        const isValid = attributes.pad === 'valid'
        const inputs = { x: isValid ? covered(whole, dy, kernelShape, settings) : whole, dy: images(dy) }
        const dw = run('Conv2DBackpropFilter', inputs, { ...attributes, filterShape: [kH, kW, C, O] })
        return transposed(dw, KERNELS_FIRST)
      })
    },
  }
}
