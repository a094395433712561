/** Several heads: each looks for something else, in its own slice of the numbers. */
import { matmul, reshape, type Tensor, transpose } from '@backprop/core'
import type { Parameter } from '@backprop/nn'
import { NotImplemented } from '@backprop/testkit/todo'
import { type Attended, attention } from './attention.ts'

/** Four matrices `[d, d]`. Columns h · d/H to (h + 1) · d/H − 1 of the first three belong to head h of H. */
export interface HeadWeights {
  query: Parameter
  key: Parameter
  value: Parameter
  /** Applied to what the heads found, side by side. */
  out: Parameter
}

/** Given: x · w for every word of every sentence, as one matrix product, which is faster. `[B, T, d]` to `[B, T, cols]` */
export function project(x: Tensor, w: Parameter): Tensor {
  const [B, T, d] = x.shape
  return reshape(matmul(reshape(x, [B * T, d]), w.value), [B, T, w.value.shape[1]])
}

/**
 * Gives each head its slice of the columns.
 *
 * @param x `[B, T, d]`
 * @param heads the number of heads H; must divide d
 * @returns `[B, H, T, d/H]`: head h of word t has columns h · d/H, … of row t
 * @throws RangeError when d is not a multiple of the number of heads
 * @example splitHeads(tensor([[[1, 2, 3, 4]]], { on }), 2) // [[[[1, 2]], [[3, 4]]]]
 */
export function splitHeads(x: Tensor, heads: number): Tensor {
  // TODO(heads): Reshape to [B, T, H, d/H], then exchange the two axes in the middle.
  throw new NotImplemented('heads')
}

/**
 * Puts the heads side by side again: the inverse of `splitHeads`.
 *
 * @param y `[B, H, T, c]`
 * @returns `[B, T, H·c]`
 * @example joinHeads(tensor([[[[1, 2]], [[3, 4]]]], { on })) // [[[1, 2, 3, 4]]]
 */
export function joinHeads(y: Tensor): Tensor {
  // TODO(heads): The same two steps, backwards.
  throw new NotImplemented('heads')
}

/**
 * Self-attention with several heads: the words x ask each other.
 *
 * @param x B sentences of T words. `[B, T, d]`
 * @param w the weights; queries are `project(x, w.query)`, and so on
 * @param heads the number of heads H; must divide d
 * @param mask from `paddingMask`. `[B, 1, T]`
 * @returns y `[B, T, d]`, and the attention weights of each head `[B, H, T, T]`
 * @throws RangeError when d is not a multiple of the number of heads
 */
export function multiHead(x: Tensor, w: HeadWeights, heads: number, mask: Tensor): Attended {
  // TODO(heads): Split queries, keys and values; attend; join; multiply by w.out.
  throw new NotImplemented('heads')
}
