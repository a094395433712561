/** A block of a transformer: attention moves information between words, and a small MLP works on each of them. */
import { add, div, linear, mean, mul, relu, sqrt, square, sub, type Tensor } from '@backprop/core'
import type { Parameter } from '@backprop/nn'
import { NotImplemented } from '@backprop/testkit/todo'
import type { Attended } from './attention.ts'
import { type HeadWeights, multiHead } from './heads.ts'

/** The parameters of a layer norm: γ and β. `[d]` each */
export interface NormWeights {
  gain: Parameter
  shift: Parameter
}

/** The parameters of a layer of neurons. `[in, out]` and `[out]` */
export interface DenseWeights {
  weight: Parameter
  bias: Parameter
}

export interface BlockWeights {
  /** Before the attention. */
  norm1: NormWeights
  attention: HeadWeights
  /** Before the MLP. */
  norm2: NormWeights
  /** From d to `hidden` numbers. */
  up: DenseWeights
  /** And back. */
  down: DenseWeights
}

/** The sizes of a network. */
export interface Sizes {
  /** The number of words in the vocabulary. */
  words: number
  /** The number of numbers for each word. */
  d: number
  /** The number of neurons in the hidden layer of each block's MLP. */
  hidden: number
  blocks: number
}

/** Added to the variance, so that a row of equal numbers is not divided by 0. */
export const EPSILON = 1e-5

/**
 * Layer norm: (x − μ) / √(σ² + ε) · γ + β, where μ and σ² are the mean and the variance of each row.
 *
 * @param x `[..., d]`
 * @param w γ (`gain`) and β (`shift`). `[d]` each
 * @returns in the shape of x
 * @example a row 1, 3 with γ = 10, 10 and β = 0, 5 becomes −10, 15: the mean is 2, and the variance 1
 */
export function layerNorm(x: Tensor, w: NormWeights): Tensor {
  // TODO(block): Means over the last axis, with keepdims, so that they broadcast.
  throw new NotImplemented('block')
}

/**
 * h = x + attention(norm(x)), then y = h + MLP(norm(h)), where the MLP is one hidden layer with ReLU.
 *
 * @param x `[B, T, d]`
 * @param w the parameters of the block
 * @param heads the number of heads
 * @param mask from `paddingMask`. `[B, 1, T]`
 * @returns y `[B, T, d]`, and the attention weights `[B, H, T, T]`
 */
export function block(x: Tensor, w: BlockWeights, heads: number, mask: Tensor): Attended {
  // TODO(block): Norm, attention, skip; norm, MLP, skip.
  throw new NotImplemented('block')
}

/** Given: x · W + b. `[..., in]` to `[..., out]` */
export function dense(x: Tensor, w: DenseWeights): Tensor {
  return linear(x, w.weight.value, w.bias.value)
}

/**
 * The number of parameters of a network: an embedding `[words, d]`, its blocks, a layer norm, and a layer of neurons from d
 * numbers to the words.
 *
 * @example countParameters({ words: 65, d: 48, hidden: 96, blocks: 2 }) // 43937
 */
export function countParameters({ words, d, hidden, blocks }: Sizes): number {
  // TODO(block): A block has two norms, four matrices without biases, and two layers of neurons.
  throw new NotImplemented('block')
}
