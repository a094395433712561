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

// SOLUTION
/** What the backward pass needs: x̂, 1 / √(variance + ε), and whether mean and variance came from the batch. */
interface Seen {
  normal: number[][]
  scale: number[]
  training: boolean
}

/** The mean of each column. */
const means = (rows: number[][], of: (value: number, j: number) => number, features: number[]): number[] =>
  features.map((_, j) => rows.reduce((sum, row) => sum + of(row[j], j), 0) / rows.length)

function expectSize(what: string, rows: number[][], count: number, features: number): void {
  if (rows.length === count && count > 0 && rows.every(row => row.length === features)) return
  throw new RangeError(`batchNorm: expected ${what} of ${Math.max(1, count)} rows of ${features} numbers.`)
}
// END

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
  // SOLUTION(batch-norm): Share the running statistics and what backward needs between the three functions.
  if (gamma.length !== beta.length)
    throw new RangeError(`batchNorm: ${gamma.length} scales γ, but ${beta.length} shifts β.`)
  const { epsilon = 1e-5, momentum = 0.1 } = options
  let mean = gamma.map(() => 0)
  let variance = gamma.map(() => 1)
  let seen: Seen = { normal: [], scale: [], training: false }
  return {
    forward(x, training) {
      expectSize('a batch', x, x.length, gamma.length)
      let by = { mean, variance }
      if (training) {
        const center = means(x, value => value, gamma)
        by = { mean: center, variance: means(x, (value, j) => (value - center[j]) ** 2, gamma) }
        mean = mean.map((old, j) => (1 - momentum) * old + momentum * by.mean[j])
        variance = variance.map((old, j) => (1 - momentum) * old + momentum * by.variance[j])
      }
      const scale = by.variance.map(value => 1 / Math.sqrt(value + epsilon))
      seen = { normal: x.map(row => row.map((value, j) => (value - by.mean[j]) * scale[j])), scale, training }
      return seen.normal.map(row => row.map((value, j) => gamma[j] * value + beta[j]))
    },
    backward(dy) {
      const { normal, scale, training } = seen
      expectSize('slopes', dy, normal.length, gamma.length)
      const dbeta = gamma.map((_, j) => dy.reduce((sum, row) => sum + row[j], 0))
      const dgamma = gamma.map((_, j) => dy.reduce((sum, row, n) => sum + row[j] * normal[n][j], 0))
      const through = (n: number, j: number) => (training ? (dbeta[j] + normal[n][j] * dgamma[j]) / dy.length : 0)
      return {
        dx: dy.map((row, n) => row.map((slope, j) => gamma[j] * scale[j] * (slope - through(n, j)))),
        dgamma,
        dbeta,
      }
    },
    running: () => ({ mean: [...mean], variance: [...variance] }),
  }
  // END
}
