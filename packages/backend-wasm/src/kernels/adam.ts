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
      const [rest1, rest2] = [1 - beta1, 1 - beta2]
      const rate = (learningRate * unbias) / (1 - beta1 ** step)
      const negligible = rest2 > 0 ? Math.sqrt(TINY / rest2) : 0
      const size = sizeOf(value.shape)
      const [valueAt, gradientAt, mAt, vAt] = [address(value), address(gradient), address(m), address(v)]
      pool.share('adam', size, size * COST, LINE, ({ from, count }) => ({
        value: valueAt + from * 4,
        gradient: gradientAt + from * 4,
        m: mAt + from * 4,
        v: vAt + from * 4,
        n: count,
        rate,
        beta1,
        beta2,
        epsilon: epsilon * unbias,
        rest1,
        rest2,
        negligible,
      }))
      return [value.slot, m.slot, v.slot]
    },
  }
}
