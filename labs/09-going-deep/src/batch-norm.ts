import { NotImplemented } from '@backprop/testkit/todo'

/**
 * Batch normalisation: each feature of a batch gets mean 0 and variance 1, and then a scale γ and a shift β that the
 * network learns (Ioffe and Szegedy, 2015).
 *
 * A batch of N examples with D features is a list of N rows, `[N, D]`. Each feature is a column, and has its own mean,
 * variance, γ and β.
 */

export interface NormOptions {
  /** ε, which is added to each variance, so that a constant feature is not divided by 0; 1e-5 unless given. */
  epsilon?: number
  /** The share of each new batch in the running mean and variance, 0 to 1; 0.1 unless given. */
  momentum?: number
}

/** The gradients of the loss J, from ∂J/∂y. */
export interface NormGradients {
  /** ∂J/∂x `[N, D]` */
  dx: number[][]
  /** ∂J/∂γ `[D]` */
  dgamma: number[]
  /** ∂J/∂β `[D]` */
  dbeta: number[]
}

/** A layer between two others. It remembers its last batch for the backward pass, and the running statistics. */
export interface NormLayer {
  /** y = γ · (x − mean) / √(variance + ε) + β; `[N, D]` to `[N, D]`. */
  forward: (x: number[][], training: boolean) => number[][]
  /** From ∂J/∂y `[N, D]` to the gradients, for the last call of `forward`. */
  backward: (dy: number[][]) => NormGradients
  /** The running mean and variance of each feature, `[D]` each. */
  running: () => { mean: number[]; variance: number[] }
}

/**
 * A batch normalisation layer.
 *
 * In training, `forward` uses the mean and the variance of the batch (the mean of the squared deviations, divided by
 * N), and moves the running ones towards them: running ← (1 − momentum) · running + momentum · batch. In evaluation it
 * uses the running ones, and doesn't move them. They start at mean 0 and variance 1.
 *
 * In training, `backward` takes into account that each x moves the mean and the variance of its feature; in evaluation
 * both are constants.
 *
 * @param gamma the scale of each feature `[D]`, at least one; not changed
 * @param beta the shift of each feature `[D]`; not changed
 * @returns an object with the functions `forward`, `backward` and `running`; all of them return new lists and leave
 * their arguments unchanged
 * @throws RangeError when γ and β differ in length, a batch is empty or has rows of another length than γ, or dy has
 * another shape than the last batch
 * @example batchNorm([2], [1]).forward([[1], [1], [5], [5]], true) // [[-1], [-1], [3], [3]], to 5 digits
 */
export function batchNorm(gamma: number[], beta: number[], options: NormOptions = {}): NormLayer {
  // TODO(batch-norm): Share the running statistics and what backward needs between the three functions.
  throw new NotImplemented('batch-norm')
}
