/**
 * Signals in a deep network without biases: each layer computes h ← max(0, hW), layer after layer.
 *
 * A batch of N examples with D numbers each is a list of N rows, `[N, D]`. A layer with D inputs and E neurons has one
 * column of weights for each neuron, `[D, E]`.
 */

import { NotImplemented } from '@backprop/testkit/todo'
import { type Matrix, product, spread, transposed } from './matrix.ts'

/** Three ways to choose the standard deviation of a layer's first weights; their mean is 0. */
export type Scheme = 'small' | 'glorot' | 'he'

export interface Signals {
  /** The spread of the output of each layer, first to last. `[L]` */
  activations: number[]
  /** The spread of ∂J/∂h for the input h of each layer, first to last. `[L]` */
  gradients: number[]
}

/**
 * The standard deviation of the first weights of a layer.
 *
 * - `'small'`: 0.01, whatever the layer
 * - `'glorot'`: √(2 / (in + out)), which suits layers without ReLU (Glorot and Bengio, 2010)
 * - `'he'`: √(2 / in), which makes up for the half that ReLU drops (He and others, 2015)
 *
 * @param inSize the number of inputs, at least 1
 * @param outSize the number of neurons, at least 1
 * @example deviation('he', 50, 200) // 0.2
 */
export function deviation(scheme: Scheme, inSize: number, outSize: number): number {
  // TODO(signals): One formula for each scheme.
  throw new NotImplemented('signals')
}

/**
 * Sends a batch through all layers, and the slopes of a loss back, and measures both on the way.
 *
 * Forward, each layer computes h ← max(0, hW). Backward, a neuron whose output is 0 passes nothing on; the others pass
 * their slope on through W.
 *
 * @param weights the weights of each layer `[D, E]`, first to last, at least one; not changed
 * @param x the batch, the input of the first layer `[N, D]`, at least one example; not changed
 * @param dy ∂J/∂h for the output of the last layer `[N, E]`; not changed
 * @returns the spreads, as many of each as there are layers
 * @throws RangeError when the sizes of x, the weights and dy do not fit together
 * @example signals([[[1, -1], [1, 1]]], [[1, 2]], [[1, 1]]) // { activations: [√5], gradients: [√2] }
 */
export function signals(weights: Matrix[], x: Matrix, dy: Matrix): Signals {
  // TODO(signals): Keep the output of each layer on the way forward; then go back from the last layer to the first.
  throw new NotImplemented('signals')
}
