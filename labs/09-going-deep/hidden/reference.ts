/** The same numbers by the library, in 64 bits: it finds its gradients by itself. */
import { add, backward, batchNorm, matmul, mul, plain, relu, type Rng, sum, type Tensor, tensor } from '@backprop/core'
import type { Matrix } from '#lab/matrix'
import type { Block } from '#lab/residual'

const on = plain({ dtype: 'float64' })

/** Rows of normal numbers with this standard deviation. `[rows, columns]` */
export const normals = (rows: number, columns: number, rng: Rng, deviation = 1): number[][] =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => deviation * rng.normal()))

/** The root of the mean square. */
export const size = (rows: number[][]): number => Math.hypot(...rows.flat()) / Math.sqrt(rows.flat().length)

const leaf = (values: number[][] | number[]): Tensor => tensor(values, { on, requiresGrad: true })

/** A tensor of rows as lists. */
function lists(x: Tensor): number[][] {
  const [values, [rows, columns]] = [[...x.dataSync()], x.shape]
  return Array.from({ length: rows }, (_, n) => values.slice(n * columns, (n + 1) * columns))
}

/** The gradients of the leaves when the slopes dy arrive at y. */
function gradients(y: Tensor, dy: number[][], leaves: readonly Tensor[]): number[][][] {
  backward(sum(mul(y, tensor(dy, { on }))))
  return leaves.map(({ grad }) => lists(grad!))
}

/** One layer max(0, hW): its output, and the way back to its input. */
export const layer = (weight: number[][]) => ({
  forward: (h: number[][]): number[][] => lists(relu(matmul(leaf(h), leaf(weight)))),
  backward(h: number[][], dy: number[][]): number[][] {
    const x = leaf(h)
    return gradients(relu(matmul(x, leaf(weight))), dy, [x])[0]
  },
})

const blockOf = (x: Tensor, w1: Tensor, w2: Tensor, skip: Tensor | null): Tensor => {
  const branch = matmul(relu(matmul(x, w1)), w2)
  return skip ? add(skip, branch) : branch
}

/** A residual block: its output, and all gradients; without its skip if that is asked for. */
export const residual = ({ w1, w2, projection }: Block, { skip = true } = {}) => {
  const leavesOf = (x: Matrix) => {
    const leaves = [x, w1, w2, ...(projection ? [projection] : [])].map(leaf)
    const past = projection ? matmul(leaves[0], leaves[3]) : leaves[0]
    return { leaves, y: blockOf(leaves[0], leaves[1], leaves[2], skip ? past : null) }
  }
  return {
    forward: (x: Matrix): Matrix => lists(leavesOf(x).y),
    backward(x: Matrix, dy: Matrix) {
      const { y, leaves } = leavesOf(x)
      const [dx, dw1, dw2, dprojection] = gradients(y, dy, skip ? leaves : leaves.slice(0, 3))
      return { dx, dw1, dw2, dprojection }
    },
  }
}

export interface Statistics {
  mean: number[]
  variance: number[]
}

/** Batch normalisation: by the statistics of the batch, or by the given ones. */
export function normalised(
  x: number[][],
  { gamma, beta, epsilon = 1e-5, by }: { gamma: number[]; beta: number[]; epsilon?: number; by?: Statistics },
) {
  const [input, scale, shift] = [leaf(x), leaf(gamma), leaf(beta)]
  const statistics = by && { mean: tensor(by.mean, { on }), variance: tensor(by.variance, { on }) }
  const y = batchNorm(input, scale, shift, { epsilon, ...(statistics && { statistics }) })
  return {
    y: lists(y),
    backward(dy: number[][]) {
      backward(sum(mul(y, tensor(dy, { on }))))
      return { dx: lists(input.grad!), dgamma: [...scale.grad!.dataSync()], dbeta: [...shift.grad!.dataSync()] }
    },
  }
}

/** The mean and the variance of each feature, in two passes. */
export function statisticsOf(x: number[][]): Statistics {
  const column = (j: number) => x.map(row => row[j])
  const average = (values: number[]) => values.reduce((total, value) => total + value / values.length, 0)
  const mean = x[0].map((_, j) => average(column(j)))
  return { mean, variance: mean.map((center, j) => average(column(j).map(value => (value - center) ** 2))) }
}
