import { type FusedKernels, sizeOf } from '@backprop/core'
import type { Device } from '../device.ts'

/** Just above the smallest normal float32, because rounding may take a little. */
const TINY = 1.0001 * 2 ** -126

export function optimizer({ call, address }: Device): Pick<FusedKernels, 'adam'> {
  return {
    adam(value, gradient, m, v, { learningRate, beta1, beta2, epsilon, step }) {
      const unbias = Math.sqrt(1 - beta2 ** step)
      const rest2 = 1 - beta2
      call('adam', {
        value: address(value),
        gradient: address(gradient),
        m: address(m),
        v: address(v),
        n: sizeOf(value.shape),
        rate: (learningRate * unbias) / (1 - beta1 ** step),
        beta1,
        beta2,
        epsilon: epsilon * unbias,
        rest1: 1 - beta1,
        rest2,
        negligible: rest2 > 0 ? Math.sqrt(TINY / rest2) : 0,
      })
      return [value.slot, m.slot, v.slot]
    },
  }
}
