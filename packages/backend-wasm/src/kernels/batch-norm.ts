import { type FusedKernels, sizeOf, type View } from '@backprop/core'
import { type Device, LINE, MAP_COST } from '../device.ts'
import type { Blocks, Pointer } from '../module.ts'

type NormKernels = Pick<FusedKernels, 'channelMoments' | 'batchNorm' | 'batchNormSums' | 'batchNormInputGradient'>

/** Some of the channels of x [N, C, P], and how far their first numbers are from the start of x, and of [C]. */
interface Part {
  readonly size: { readonly N: number; readonly channels: number; readonly P: number; readonly step: number }
  readonly plane: number
  readonly row: number
}

export function normalization({ pool, make, address }: Device): NormKernels {
  /** Each job has some of the channels. */
  function shareChannels<K extends keyof Blocks>(kernel: K, { shape }: View, block: (part: Part) => Blocks[K]): void {
    const [N, C, P] = shape
    pool.share(kernel, C, sizeOf(shape) * MAP_COST, LINE, ({ from, count }) =>
      block({ size: { N, channels: count, P, step: C * P * 4 }, plane: from * P * 4, row: from * 4 }),
    )
  }
  /** The two rows of [2, C], from a channel on. */
  const rows = (at: Pointer, { shape }: View, { row }: Part) => [at + row, at + shape[1] * 4 + row] as const

  return {
    channelMoments: x =>
      make(2 * x.shape[1], moments =>
        shareChannels('channelMoments', x, part => {
          const [mean, variance] = rows(moments, x, part)
          return { x: address(x) + part.plane, mean, variance, ...part.size }
        }),
      ),
    batchNorm: (x, moments, scale, shift, epsilon) =>
      make(sizeOf(x.shape), y =>
        shareChannels('batchNorm', x, part => {
          const [mean, variance] = rows(address(moments), x, part)
          const to = { scale: address(scale) + part.row, shift: address(shift) + part.row, epsilon }
          return { x: address(x) + part.plane, y: y + part.plane, mean, variance, ...to, ...part.size }
        }),
      ),
    batchNormSums: (x, dy, moments, epsilon) =>
      make(2 * x.shape[1], to =>
        shareChannels('batchNormSums', x, part => {
          const [mean, variance] = rows(address(moments), x, part)
          const [products, sums] = rows(to, x, part)
          const images = { x: address(x) + part.plane, dy: address(dy) + part.plane }
          return { ...images, mean, variance, products, sums, epsilon, ...part.size }
        }),
      ),
    batchNormInputGradient: (x, dy, moments, scale, found, epsilon) =>
      make(sizeOf(x.shape), dx =>
        shareChannels('batchNormInputGradient', x, part => {
          const [mean, variance] = rows(address(moments), x, part)
          const [products, sums] = rows(address(found), x, part)
          const images = { x: address(x) + part.plane, dy: address(dy) + part.plane, dx: dx + part.plane }
          const by = { mean, variance, scale: address(scale) + part.row, products, sums, epsilon }
          return { ...images, ...by, ...part.size }
        }),
      ),
  }
}
