/**
 * Gradient descent: walk downhill on a loss J, one small step at a time, against the gradient.
 *
 * All weights of a model are one list w of D numbers, written `[D]`. The gradient ∂J/∂w is a list of the same length:
 * it says how fast the loss grows when a weight grows. η, the learning rate, says how far a step goes.
 */
import type { Rng } from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'

/** The gradient of some loss: for weights `[D]` it returns ∂J/∂w at those weights `[D]`. */
export type Gradient = (w: number[]) => number[]

/** The result of one round of stochastic gradient descent. */
export interface SgdResult {
  /** The weights after the last batch. `[D]` */
  w: number[]
  /** The mean loss of each batch, before the step on it. `[number of batches]` */
  losses: number[]
}

/** Given: the dot product a₁b₁ + a₂b₂ + … of two lists of the same length. `dot([1, 2], [3, 4])` is 11. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0)
}

/**
 * Given: the gradient of the bowl J(w) = ½ (w − c)·A(w − c), which is A(w − c). Its bottom is c. The tests make their
 * bowls with this function, so don't change it. `bowl([[1, 0], [0, 10]], [0, 0])([4, 1])` is [4, 10].
 *
 * @param A how steep the bowl is in each direction; symmetric `[D, D]`
 * @param c where the bottom is `[D]`
 */
export function bowl(A: number[][], c: number[]): Gradient {
  return w => {
    const fromBottom = w.map((weight, j) => weight - c[j])
    return A.map(row => dot(row, fromBottom))
  }
}

/**
 * One step of gradient descent, w ← w − η ∂J/∂w.
 *
 * @param w the weights `[D]`; not changed
 * @param gradient ∂J/∂w at w `[D]`; not changed
 * @param learningRate η
 * @returns the next weights `[D]`, a new list
 * @throws RangeError when the lengths differ, or the gradient holds a number that is not finite (NaN, ∞ or −∞)
 * @example step([4, 1], [4, 10], 0.15) // [3.4, -0.5]
 */
export function step(w: number[], gradient: number[], learningRate: number): number[] {
  // TODO(step): Reject invalid gradients as described; then return w − η · gradient as a new list.
  throw new NotImplemented('step')
}

/**
 * The largest learning rate with which gradient descent still finds the bottom of a bowl, measured by trying.
 *
 * @param gradient the gradient of a bowl. You can only find out how steep the bowl is and where its bottom is by
 * calling it
 * @param start where each trial starts `[D]`; it is not the bottom, and may be far from it; not changed
 * @returns the limit, to 1 %: with a smaller η the steps approach the bottom, with a larger one they diverge
 * @example stabilityLimit(bowl([[8]], [3]), [4]) // 0.25, to 1 %
 */
export function stabilityLimit(gradient: Gradient, start: number[]): number {
  // TODO(learning-rate): Write a trial of several hundred steps; then narrow down the limit between two rates.
  throw new NotImplemented('learning-rate')
}

/**
 * The mini-batches of a whole training, as lists of indices.
 *
 * Each epoch names every example from 0 to count − 1 exactly once, in a new random order.
 * A batch has `size` indices; what is left over at the end of an epoch forms a last, shorter batch.
 *
 * @param count the number of examples, 0 or more
 * @param size the number of examples in a batch, 1 or more
 * @param options.epochs the number of epochs
 * @param options.rng the source of all randomness; `[...rng.permutation(5)]` is 0 to 4 in random order
 * @returns the batches of each epoch, each a list of indices `[epochs][⌈count / size⌉][size or fewer]`
 * @throws RangeError when size is not a whole number of 1 or more, whatever count and epochs are
 * @example batches(5, 2, { epochs: 1, rng }) // [[[3, 0], [4, 2], [1]]] or a different order
 */
export function batches(count: number, size: number, options: { epochs: number; rng: Rng }): number[][][] {
  // TODO(batches): Reject an invalid size; then, for each epoch, cut a new random order into slices.
  throw new NotImplemented('batches')
}

/**
 * Stochastic gradient descent for a model with the answer w·x: one step per batch, on the gradient of that batch.
 *
 * The loss of one example is ½ (w·x − y)²; that of a batch is the mean over its examples, and so is its gradient.
 *
 * @param X the examples, one per row `[N, D]`; not changed
 * @param y the right answers `[N]`
 * @param start the weights before the first batch `[D]`; not changed
 * @param options.batches the batches in order: indices into X and y, at least one in each batch
 * @param options.learningRate η
 * @returns the weights after the last batch, and the mean loss of each batch before its step
 * @example sgd([[2], [1]], [4, 3], [0], { batches: [[0], [1]], learningRate: 0.25 }) // { w: [2.25], losses: [8, 0.5] }
 */
export function sgd(
  X: number[][],
  y: number[],
  start: number[],
  options: { batches: number[][]; learningRate: number },
): SgdResult {
  // TODO(sgd): For each batch, compute its mean loss and mean gradient with the current weights, then take a step.
  throw new NotImplemented('sgd')
}
