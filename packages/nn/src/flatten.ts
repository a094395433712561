import { reshape, sizeOf } from '@backprop/core'
import type { Tensor } from '@backprop/core'

/** Each example as one row: [N, ...] → [N, D]. It learns nothing, so it is a function, as `relu` is. */
export function flatten(x: Tensor): Tensor {
  const [N, ...rest] = x.shape
  return reshape(x, [N, sizeOf(rest)])
}
