/**
 * A residual block: y = x + f(x). What it learns is f, the difference between its output and its input; the input
 * itself takes the skip, past all weights (He and others, 2015).
 *
 * Here f(x) = max(0, x W₁) W₂. A batch of N examples with D numbers is a list of N rows, `[N, D]`.
 */

import { NotImplemented } from '@backprop/testkit/todo'
import { type Matrix, product, spread, sum, transposed } from './matrix.ts'

/** The weights of a block with D inputs, H hidden neurons and E outputs. */
export interface Block {
  /** W₁ `[D, H]` */
  w1: Matrix
  /** W₂ `[H, E]` */
  w2: Matrix
  /** P `[D, E]`: the skip is xP instead of x. `null`: the skip is x itself, for which D must be E. */
  projection: Matrix | null
}

export interface BlockGradients {
  /** ∂J/∂x `[N, D]` */
  dx: Matrix
  /** ∂J/∂W₁ `[D, H]` */
  dw1: Matrix
  /** ∂J/∂W₂ `[H, E]` */
  dw2: Matrix
  /** ∂J/∂P `[D, E]`, or `null` without a projection. */
  dprojection: Matrix | null
}

/**
 * The output of a residual block: x + max(0, x W₁) W₂, or x P + max(0, x W₁) W₂ with a projection.
 *
 * @param x the batch `[N, D]`, at least one example; not changed
 * @param block the weights; not changed
 * @returns `[N, E]`
 * @throws RangeError when the sizes do not fit together: rows of x and W₁, W₁ and W₂, or the skip and W₂
 * @example residual([[1, 2]], { w1: [[1, -1], [1, 1]], w2: [[1, 0], [0, -1]], projection: null }) // [[4, 1]]
 */
export function residual(x: Matrix, block: Block): Matrix {
  // TODO(residual-block): Check the sizes; then add the skip to the output of the two layers.
  throw new NotImplemented('residual-block')
}

/**
 * The gradients of a residual block. Slopes reach x in two ways, through f and through the skip, and add up.
 *
 * @param x the batch that `residual` got `[N, D]`, at least one example; not changed
 * @param block the weights; not changed
 * @param dy ∂J/∂y `[N, E]`; not changed
 * @example residualBackward([[1, 2]], { w1: [[1, -1], [1, 1]], w2: [[1, 0], [0, -1]], projection: null }, [[1, 1]])
 * // { dx: [[3, 1]], dw1: [[1, -1], [2, -2]], dw2: [[3, 3], [1, 1]], dprojection: null }
 */
export function residualBackward(x: Matrix, block: Block, dy: Matrix): BlockGradients {
  // TODO(residual-block): Go back through f, and through the skip; add both slopes of x.
  throw new NotImplemented('residual-block')
}

/**
 * How large the gradient is at the input of each block, when blocks follow one another: with their skips, or without,
 * where each block is just y = max(0, x W₁) W₂.
 *
 * @param blocks the blocks, at least one, first to last; each takes as many numbers as the one before gives; not
 * changed
 * @param x the input of the first block `[N, D]`; not changed
 * @param dy ∂J/∂y for the output of the last block `[N, E]`; not changed
 * @param skip whether the blocks have skips
 * @returns the root of the mean square of ∂J/∂x for the input x of each block, first to last
 * @example gradientThrough(fifty, x, dy, false)[0] // about 1e-15 of what it is with skips
 */
export function gradientThrough(blocks: Block[], x: Matrix, dy: Matrix, skip: boolean): number[] {
  // TODO(residual-block): Keep the input of each block on the way forward; then go back from the last to the first.
  throw new NotImplemented('residual-block')
}
