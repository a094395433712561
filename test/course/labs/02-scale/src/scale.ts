import { mul } from '@backprop/core'
import type { Tensor } from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'

/** All numbers of a tensor, each times `factor`. Same shape as x. */
export function scale(x: Tensor, factor: number): Tensor {
  // TODO(scale): Return x times the factor.
  throw new NotImplemented('scale')
}
