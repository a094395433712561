import type { Rng } from '@backprop/core/random'
import type { DropoutKernel } from './network.ts'

/** Inverted dropout: each number is 0 with probability p, and divided by 1 − p otherwise. */
export function dropoutKernel(p: number, rng: Rng): DropoutKernel {
  let mask = new Float64Array(0)
  return {
    forward(a, h, count) {
      if (mask.length < count) mask = new Float64Array(count)
      for (let i = 0; i < count; i += 1) {
        mask[i] = rng.uniform() < p ? 0 : 1 / (1 - p)
        h[i] = a[i] * mask[i]
      }
    },
    backward(dh, count) {
      for (let i = 0; i < count; i += 1) dh[i] *= mask[i]
    },
  }
}
