/** Scaled dot-product attention: every word asks all words, and takes from each as much as its key fits the question. */
import { add, type Backend, backward, matmul, mul, softmax, sum, type Tensor, tensor } from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'
import { PAD } from './tokens.ts'

/** What attention returns. */
export interface Attended {
  /** For each query, the mean of the values, weighted by attention. `[..., T, e]` */
  y: Tensor
  /** How much attention each query pays to each key: a row for each query, whose sum is 1. `[..., T, S]` */
  weights: Tensor
}

/** Added to a score, this leaves no attention at all; −∞ would make NaN of a row that consists of padding. */
export const NEVER = -1e9

/**
 * A mask that keeps attention away from padding.
 *
 * @param ids B sentences of T ids each, with `PAD` for padding. `[B, T]`
 * @param options.on the backend of the tensor
 * @returns 0 for a word and `NEVER` for padding. `[B, 1, T]`, so that it can be added to scores `[B, T, T]`
 * @example paddingMask([[5, 2, 0]], { on }) // [[[0, 0, -1e9]]]
 */
export function paddingMask(ids: number[][], { on }: { on: Backend }): Tensor {
  // TODO(attention): A list of 0 and NEVER for all ids, as a tensor of the right shape.
  throw new NotImplemented('attention')
}

/**
 * softmax(q kᵀ / √d + mask) v.
 *
 * @param q queries. `[..., T, d]`
 * @param k keys, one for each value. `[..., S, d]`
 * @param v values. `[..., S, e]`
 * @param mask added to the scores, if given; its shape broadcasts to `[..., T, S]`
 * @returns the answers and the attention weights
 * @example
 * attention(tensor([[2, 0]], { on }), tensor([[2, 1], [0, 1]], { on }), tensor([[10, 0], [0, 10]], { on }))
 * // weights [[0.944, 0.056]], y [[9.44, 0.56]]
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Attended {
  // TODO(attention): Scores by matmul, divided by √d; add the mask; softmax makes weights; they weigh the values.
  throw new NotImplemented('attention')
}

/**
 * Given: how Σ dy · y depends on the queries, keys and values, by `backward` of core. It works with your attention if
 * that uses operations of core from start to end. The grader uses it too, so don't change it.
 */
export function slopes(q: Tensor, k: Tensor, v: Tensor, dy: Tensor, mask?: Tensor): (Tensor | null)[] {
  const inputs = [q, k, v].map(x => x.detach({ requiresGrad: true }))
  backward(sum(mul(attention(inputs[0], inputs[1], inputs[2], mask).y, dy)))
  return inputs.map(x => x.grad)
}
