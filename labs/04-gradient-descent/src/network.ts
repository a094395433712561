import { NotImplemented } from '@backprop/testkit/todo'

/**
 * A network of two layers, and its gradient by hand: H hidden neurons with tanh, then one output.
 *
 *     a = x W1 + b1      the sums of the hidden neurons     [H]
 *     h = tanh(a)        their answers                      [H]
 *     ŷ = h·w2 + b2      the answer of the network          one number
 *
 * An example x has D numbers. Column j of W1, number j of b1 and number j of w2 belong to hidden neuron j.
 */

/** The weights of the network, or a gradient: one number per weight, in the same shape. */
export interface Network {
  /** Row i holds the weights from input i, column j those into hidden neuron j. `[D, H]` */
  W1: number[][]
  /** The biases of the hidden neurons. `[H]` */
  b1: number[]
  /** The weights from the hidden neurons to the output. `[H]` */
  w2: number[]
  /** The bias of the output. */
  b2: number
}

/** What `backprop` finds. */
export interface Backprop {
  /** J, the mean loss over the examples. */
  loss: number
  /** ∂J/∂W1, ∂J/∂b1, ∂J/∂w2 and ∂J/∂b2. */
  gradient: Network
}

/** What `gradientCheck` finds. */
export interface GradientReport {
  /** The gradient by central differences. `[D]` */
  numeric: number[]
  /** The distance between the two gradients, from 0 (equal) to 1 (opposite). */
  error: number
}

/** Given: the dot product a₁b₁ + a₂b₂ + … of two lists of the same length. `dot([1, 2], [3, 4])` is 11. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0)
}

/** Given: the forward pass for one example x `[D]`: the hidden neurons' answers h `[H]`, and the network's answer ŷ. */
export function forward({ W1, b1, w2, b2 }: Network, x: number[]): { h: number[]; answer: number } {
  const h = b1.map((bias, j) => {
    const into = W1.map(row => row[j])
    return Math.tanh(dot(x, into) + bias)
  })
  return { h, answer: dot(h, w2) + b2 }
}

/**
 * The loss of the network on N examples, and its gradient, by back-propagation.
 *
 * The loss is the mean of the halved squared errors, J = (1/N) Σ ½ (ŷ − y)².
 *
 * @param network the weights; not changed
 * @param X the examples, one per row `[N, D]`, with N at least 1; not changed
 * @param y the right answers `[N]`
 * @returns J, and a gradient with the same shapes as the network
 * @example
 * // One neuron, h = tanh(0) = 0, so ŷ = 1 and J = ½ · (1 − 3)²
 * backprop({ W1: [[0]], b1: [0], w2: [5], b2: 1 }, [[2]], [3])
 * // { loss: 2, gradient: { W1: [[-20]], b1: [-10], w2: [0], b2: -2 } }
 */
export function backprop(network: Network, X: number[][], y: number[]): Backprop {
  // TODO(backprop): For each example go forward, then backward; add up the gradients. `forward` is given above.
  throw new NotImplemented('backprop')
}

/**
 * Compares a gradient with central differences.
 *
 * Number j of the numeric gradient is (f(w with wⱼ + h) − f(w with wⱼ − h)) / 2h with h = 1e-5. The error is
 * ‖gradient − numeric‖ / (‖gradient‖ + ‖numeric‖), where ‖v‖ = √(v₁² + v₂² + …); it is 0 when both gradients are 0.
 *
 * @param f the loss as a function of the weights; you may call it with any weights
 * @param w the weights at which to compare `[D]`; not changed
 * @param gradient the claimed ∂f/∂w at w `[D]`
 * @returns the numeric gradient, and the error: below 1e-6 for a right gradient
 * @throws RangeError when the claimed gradient and w differ in length
 * @example gradientCheck(([w]) => w * w, [3], [6]) // { numeric: [6.000…], error: 0.000… }
 * @example gradientCheck(([w]) => w * w, [3], [12]) // { numeric: [6.000…], error: 0.333… }: twice too large
 */
export function gradientCheck(f: (w: number[]) => number, w: number[], gradient: number[]): GradientReport {
  // TODO(gradient-check): Move one weight at a time up and down by h, keep the others; then compare.
  throw new NotImplemented('gradient-check')
}

/**
 * Trains a network by gradient descent and measures how different its hidden neurons are.
 *
 * Take all numbers that belong to a hidden neuron: its column of W1, its bias in b1, its weight in w2. The spread of a
 * network is the largest difference between two neurons in any of these numbers. It is 0 when all neurons are equal.
 *
 * @param start the weights before the first step; not changed
 * @param gradientOf returns the gradient at any weights, like `backprop`, but without the loss
 * @param options.learningRate η
 * @param options.steps the number of steps w ← w − η ∂J/∂w; all four parts of the network move
 * @returns the spread before the first step, after it, and so on `[steps + 1]`
 * @example hiddenSpread({ W1: [[1, 4]], b1: [0, 0], w2: [2, 2], b2: 0 }, gradientOf, { learningRate: 0.1, steps: 0 })
 * // [3]
 */
export function hiddenSpread(
  start: Network,
  gradientOf: (network: Network) => Network,
  options: { learningRate: number; steps: number },
): number[] {
  // TODO(zero-init): Measure, step, measure, step …; recompute the gradient before each step.
  throw new NotImplemented('zero-init')
}
