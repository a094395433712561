import { type FusedKernels, sizeOf, type View } from '@backprop/core'
import { type Device, LINE, MAP_COST } from '../device.ts'
import type { Blocks } from '../module.ts'
import type { Range } from '../ranges.ts'

type NormKernels = Pick<FusedKernels, 'rowMoments' | 'layerNorm' | 'layerNormSums' | 'layerNormInputGradient'>

export function layerNormalization({ pool, make, address }: Device): NormKernels {
  /** Each job has some of the rows. */
  function shareRows<K extends keyof Blocks>(kernel: K, { shape }: View, block: (part: Range) => Blocks[K]): void {
    pool.share(kernel, shape[0], sizeOf(shape) * MAP_COST, LINE, block)
  }

  return {
    rowMoments(x, epsilon) {
      const [R, S] = x.shape
      const from = address(x)
      return make(2 * R, to =>
        shareRows('rowMoments', x, ({ from: r, count: rows }) => {
          return { x: from + r * S * 4, mean: to + r * 4, inverse: to + (R + r) * 4, rows, S, epsilon }
        }),
      )
    },
    layerNorm(x, moments, scale, shift) {
      const [R, S] = x.shape
      const [from, mean] = [address(x), address(moments)]
      const by = { scale: address(scale), shift: address(shift), S }
      return make(R * S, y =>
        shareRows('layerNorm', x, ({ from: r, count: rows }) => {
          const at = r * S * 4
          return { x: from + at, y: y + at, mean: mean + r * 4, inverse: mean + (R + r) * 4, rows, ...by }
        }),
      )
    },
    layerNormSums(x, dy, moments) {
      const [R, S] = x.shape
      const [from, dyFrom, mean] = [address(x), address(dy), address(moments)]
      return make(2 * S, to =>
        pool.share('layerNormSums', S, R * S * MAP_COST, LINE, ({ from: column, count: columns }) => {
          const at = column * 4
          const images = { x: from + at, dy: dyFrom + at, products: to + at, sums: to + S * 4 + at }
          return { ...images, mean, inverse: mean + R * 4, rows: R, columns, step: S * 4 }
        }),
      )
    },
    layerNormInputGradient(x, dy, moments, scale) {
      const [R, S] = x.shape
      const [from, dyFrom, mean, by] = [address(x), address(dy), address(moments), address(scale)]
      return make(R * S, dx =>
        shareRows('layerNormInputGradient', x, ({ from: r, count: rows }) => {
          const at = r * S * 4
          const rowsAt = { x: from + at, dy: dyFrom + at, dx: dx + at }
          return { ...rowsAt, mean: mean + r * 4, inverse: mean + (R + r) * 4, scale: by, rows, S }
        }),
      )
    },
  }
}
