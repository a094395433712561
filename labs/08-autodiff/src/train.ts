import type { Rng } from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'
import { add, backward, crossEntropy, matmul, mul, tanh, Tensor } from './tensors.ts'

/**
 * A network that learns a spiral, trained by your own engine: 2 inputs, two hidden layers of 16 neurons with tanh, and
 * one output z. The class is +1 where z > 0, and −1 elsewhere.
 */

/** The weights and biases of the three layers, in this order: W1 `[2, 16]`, b1 `[16]`, W2 `[16, 16]`, b2, W3 `[16, 1]`, b3. */
export type Weights = Tensor[]

/** Given: rows of numbers as a tensor `[N, D]`. */
export function fromRows(rows: readonly (readonly number[])[]): Tensor {
  return new Tensor(rows.flat(), [rows.length, rows.length === 0 ? 0 : rows[0].length])
}

/** Given: random weights to start with, whose sums are about as large as the inputs, and biases of 0. */
export function start(rng: Rng): Weights {
  return [2, 16, 16].flatMap((inputs, layer) => {
    const outputs = [16, 16, 1][layer]
    const W = Array.from({ length: inputs * outputs }, () => rng.normal() / Math.sqrt(inputs))
    return [new Tensor(W, [inputs, outputs]), new Tensor(new Array<number>(outputs).fill(0), [outputs])]
  })
}

/**
 * Given: Adam, as in lab 04. It returns an update with a memory, which takes weights with their gradients, as `backward`
 * leaves them, and returns the next weights: new leaves.
 */
export function adam(options: { learningRate: number }): (weights: Weights) => Weights {
  const means: number[][] = []
  const squares: number[][] = []
  let t = 0
  return weights => {
    t += 1
    return weights.map(({ data, shape, grad }, p) => {
      const m = (means[p] ??= data.map(() => 0))
      const v = (squares[p] ??= data.map(() => 0))
      const next = data.map((value, i) => {
        m[i] = 0.9 * m[i] + 0.1 * grad[i]
        v[i] = 0.999 * v[i] + 0.001 * grad[i] ** 2
        return value - (options.learningRate * m[i]) / (1 - 0.9 ** t) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8)
      })
      return new Tensor(next, shape)
    })
  }
}

/**
 * The output z for each point.
 *
 * A layer multiplies its inputs by W and adds b. The outputs of all layers but the last go through tanh.
 *
 * @param weights those of the three layers; not changed
 * @param points `[N, 2]`, with N at least 1; not changed
 * @returns `[N, 1]`, in a graph that leads back to the weights
 */
export function forward(weights: Weights, points: number[][]): Tensor {
  // TODO(train): `fromRows` makes a tensor of the points. Then matmul, add, tanh, and so on.
  throw new NotImplemented('train')
}

/**
 * Learns to tell the two arms of a spiral apart.
 *
 * @param points `[N, 2]`, with N at least 1, each number between −6 and 6; not changed
 * @param labels the class of each point, −1 or 1 `[N]`
 * @param options.rng for the first weights, and for anything else that you draw
 * @param options.onStep called after each step, starting with 1, with the loss before it and the weights after it
 * @returns the weights after training
 */
export function train(
  points: number[][],
  labels: number[],
  options: { rng: Rng; onStep?: (step: number, loss: number, weights: Weights) => void },
): Weights {
  // TODO(train): Forward, loss, backward, step: a few hundred times, with all points in each step.
  throw new NotImplemented('train')
}
