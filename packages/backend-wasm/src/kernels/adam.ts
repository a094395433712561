import { sizeOf } from '@backprop/core'
import type { FusedKernels } from '@backprop/core'
import type { Device } from '../device.ts'

/** Just above the smallest normal float32, for what rounding may take. */
const TINY = 1.0001 * 2 ** -126

export function optimizer({ kernels, address }: Device): Pick<FusedKernels, 'adam'> {
  return {
    adam(value, gradient, m, v, { learningRate, beta1, beta2, epsilon, step }) {
      const unbias = Math.sqrt(1 - beta2 ** step)
      const rest2 = 1 - beta2
      const negligible = rest2 > 0 ? Math.sqrt(TINY / rest2) : 0
      kernels.adam(
        address(value),
        address(gradient),
        address(m),
        address(v),
        sizeOf(value.shape),
        (learningRate * unbias) / (1 - beta1 ** step),
        beta1,
        beta2,
        epsilon * unbias,
        1 - beta1,
        rest2,
        negligible,
      )
      return [value.slot, m.slot, v.slot]
    },
  }
}
