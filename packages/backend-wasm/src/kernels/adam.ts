import { type FusedKernels, sizeOf } from '@backprop/core'
import { type Device, LINE } from '../device.ts'

/** Just above the smallest normal float32, because rounding may take a little. */
const TINY = 1.0001 * 2 ** -126

/** A number takes as long as a product does for this many multiplications: a division and a square root. */
const COST = 16

export function optimizer({ pool, address }: Device): Pick<FusedKernels, 'adam'> {
  return {
    adam(value, gradient, m, v, { learningRate, beta1, beta2, epsilon, step }) {
      const unbias = Math.sqrt(1 - beta2 ** step)
      const rest2 = 1 - beta2
      const size = sizeOf(value.shape)
      const rates = {
        rate: (learningRate * unbias) / (1 - beta1 ** step),
        beta1,
        beta2,
        epsilon: epsilon * unbias,
        rest1: 1 - beta1,
        rest2,
        negligible: rest2 > 0 ? Math.sqrt(TINY / rest2) : 0,
      }
      const [valueAt, gradientAt, mAt, vAt] = [address(value), address(gradient), address(m), address(v)]
      pool.share('adam', size, size * COST, LINE, ({ from, count: n }) => {
        const at = from * 4
        return { value: valueAt + at, gradient: gradientAt + at, m: mAt + at, v: vAt + at, n, ...rates }
      })
      return [value.slot, m.slot, v.slot]
    },
  }
}
