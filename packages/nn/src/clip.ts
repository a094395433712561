import {
  abs,
  add,
  div,
  explain,
  max,
  maximum,
  mul,
  neg,
  noGrad,
  sizeOf,
  sqrt,
  square,
  sum,
  type Tensor,
} from '@backprop/core'
import { listOf, type Parameters } from './optimizer.ts'

/**
 * Scales all gradients by one factor so that their norm, taken as one long vector, is at most `limit`; the direction
 * stays (Pascanu et al. 2013). Returns the norm before, as a tensor of shape [], so that nothing has to wait for it.
 * Call it between `backward` and `step`. A NaN makes all gradients NaN. No square overflows or vanishes: numbers are
 * divided by the largest one before they are squared. Throws if no parameter has a gradient, or `RangeError` unless the
 * limit is positive.
 */
export function clipGradients(parameters: Parameters, limit: number): Tensor {
  if (!(limit > 0)) throw new RangeError(explain('clipGradients', `the limit is ${limit}, expected a number above 0`))
  const leaves = listOf(parameters)
    .map(({ value }) => value)
    .filter(value => value.grad !== null)
  if (leaves.length === 0) {
    const fact = 'no parameter has a gradient, expected at least 1'
    throw new Error(explain('clipGradients', fact, 'call it after backward(loss), and before step()'))
  }
  const gradients = leaves.flatMap(({ grad }) => grad ?? [])
  const { norm, clipped } = noGrad(() => {
    const unit = unitOf(gradients)
    const squares = gradients.map(g => sum(square(div(g, unit)))).reduce((total, next) => add(total, next))
    const length = sqrt(squares)
    const share = div(limit, unit)
    const factor = div(share, maximum(length, share)) // exactly 1 where nothing is too long
    return { norm: mul(length, unit), clipped: gradients.map(g => mul(g, factor)) }
  })
  for (const [i, leaf] of leaves.entries()) {
    leaf.grad = clipped[i]
    gradients[i].release('clipGradients() replaced them')
  }
  return norm
}

/** The largest magnitude, kept away from 0 and infinity so that it can divide. */
function unitOf(gradients: readonly Tensor[]): Tensor {
  const filled = gradients.filter(g => sizeOf(g.shape) > 0)
  const largest = filled.map(g => max(abs(g))).reduce((a, b) => maximum(a, b))
  return neg(maximum(neg(maximum(largest, SMALLEST)), -LARGEST))
}

/** The smallest normal float32, and the largest. */
const SMALLEST = 2 ** -126
const LARGEST = (2 - 2 ** -23) * 2 ** 127
