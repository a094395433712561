import type { FusedKernels, PoolSettings } from '@backprop/core'
import type { Device } from '../device.ts'

type PoolKernels = Pick<FusedKernels, 'maxPool2d' | 'maxPool2dGradient' | 'avgPool2d' | 'avgPool2dGradient'>

/** A number of the image takes as long as a product does for this many multiplications. */
const COST = 16

export function pooling({ pool, make, contiguous }: Device): PoolKernels {
  /** Pools x [N, C, H, W]; each job has some of the planes. */
  const pooled = (kernel: 'maxPool' | 'avgPool'): PoolKernels['maxPool2d'] => {
    return (x, settings) => {
      const { planes, image, window, output } = windows(x.shape, settings)
      return contiguous(x, xAt =>
        make(planes * output, yAt =>
          pool.share(kernel, planes, planes * image * COST, 1, ({ from, count }) => {
            return { x: xAt + from * image * 4, y: yAt + from * output * 4, planes: count, ...window }
          }),
        ),
      )
    }
  }

  return {
    maxPool2d: pooled('maxPool'),
    avgPool2d: pooled('avgPool'),
    maxPool2dGradient: (x, dy, settings) => {
      const { planes, image, window, output } = windows(x.shape, settings)
      return contiguous(x, xAt =>
        contiguous(dy, dyAt =>
          make(planes * image, dxAt =>
            pool.share('maxPoolGradient', planes, planes * image * COST, 1, ({ from, count }) => {
              const [i, o] = [from * image * 4, from * output * 4]
              return { x: xAt + i, dy: dyAt + o, dx: dxAt + i, planes: count, ...window }
            }),
          ),
        ),
      )
    },
    avgPool2dGradient: (dy, inputShape, settings) => {
      const { planes, image, window, output } = windows(inputShape, settings)
      return contiguous(dy, dyAt =>
        make(planes * image, dxAt =>
          pool.share('avgPoolGradient', planes, planes * image * COST, 1, ({ from, count }) => {
            const [i, o] = [from * image * 4, from * output * 4]
            return { x: 0, dy: dyAt + o, dx: dxAt + i, planes: count, ...window }
          }),
        ),
      )
    },
  }
}

/** The windows of images [N, C, H, W]; `image` and `output` are numbers in a plane. */
function windows([N, C, H, W]: readonly number[], { kernel, stride }: PoolSettings) {
  const steps = (size: number) => Math.floor((size - kernel) / stride) + 1
  const [oH, oW] = [steps(H), steps(W)]
  return { planes: N * C, image: H * W, output: oH * oW, window: { H, W, oH, oW, kernel, stride } }
}
