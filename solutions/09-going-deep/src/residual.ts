/**
 * A residual block: y = x + f(x). What it learns is f, the difference between its output and its input; the input
 * itself takes the skip, past all weights (He and others, 2015).
 *
 * Here f(x) = max(0, x W₁) W₂. A batch of N examples with D numbers is a list of N rows, `[N, D]`.
 */

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

// SOLUTION
/** max(0, x W₁) */
const hidden = (x: Matrix, { w1 }: Block): Matrix => product(x, w1).map(row => row.map(value => Math.max(0, value)))

/** Throws unless the sizes of the batch and the block fit together. */
function expectFit(x: Matrix, { w1, w2, projection }: Block): void {
  const [inSize, outSize] = [w1.length, w2[0].length]
  const wrong = x.find(row => row.length !== inSize)
  if (wrong) throw new RangeError(`residual: a row of ${wrong.length} numbers, but W₁ takes ${inSize}.`)
  if (w1[0].length !== w2.length)
    throw new RangeError(`residual: W₁ gives ${w1[0].length} numbers, but W₂ takes ${w2.length}.`)
  const skip = projection ? [projection.length, projection[0].length] : [inSize, inSize]
  if (skip[0] !== inSize || skip[1] !== outSize)
    throw new RangeError(
      `residual: the skip goes from ${skip[0]} to ${skip[1]} numbers, not from ${inSize} to ${outSize}.`,
    )
}

/** Slopes back through f alone. */
function branchBackward(x: Matrix, block: Block, dy: Matrix): Omit<BlockGradients, 'dprojection'> {
  const h = hidden(x, block)
  const dh = product(dy, transposed(block.w2)).map((row, n) => row.map((slope, j) => (h[n][j] > 0 ? slope : 0)))
  return { dx: product(dh, transposed(block.w1)), dw1: product(transposed(x), dh), dw2: product(transposed(h), dy) }
}
// END

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
  // SOLUTION(residual-block): Check the sizes; then add the skip to the output of the two layers.
  expectFit(x, block)
  return sum(block.projection ? product(x, block.projection) : x, product(hidden(x, block), block.w2))
  // END
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
  // SOLUTION(residual-block): Go back through f, and through the skip; add both slopes of x.
  const { dx, dw1, dw2 } = branchBackward(x, block, dy)
  const { projection } = block
  if (!projection) return { dx: sum(dx, dy), dw1, dw2, dprojection: null }
  const dprojection = product(transposed(x), dy)
  return { dx: sum(dx, product(dy, transposed(projection))), dw1, dw2, dprojection }
  // END
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
  // SOLUTION(residual-block): Keep the input of each block on the way forward; then go back from the last to the first.
  const inputs = [x]
  for (const block of blocks) {
    const input = inputs[inputs.length - 1]
    inputs.push(skip ? residual(input, block) : product(hidden(input, block), block.w2))
  }
  const sizes: number[] = []
  let slopes = dy
  for (let k = blocks.length - 1; k >= 0; k -= 1) {
    slopes = skip ? residualBackward(inputs[k], blocks[k], slopes).dx : branchBackward(inputs[k], blocks[k], slopes).dx
    sizes.unshift(spread(slopes))
  }
  return sizes
  // END
}
