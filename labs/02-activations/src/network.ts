import {
  add,
  type Backend,
  backward,
  bceWithLogits,
  div,
  exp,
  gate,
  matmul,
  mul,
  neg,
  type Rng,
  sub,
  type Tensor,
  tensor,
} from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'

/**
 * Networks of layers, one after another, and two questions about them.
 *
 * A layer maps an example x `[in]` to x W + b `[out]`. Between two layers every number goes through an activation
 * function; after the last layer there is none. `on` is the backend, the device that computes.
 */

/** As a gradient, it holds the derivatives of the loss with respect to each weight and bias, in the same positions. */
export interface Layer {
  /** Row i holds the weights from input i, column j those into neuron j. `[in, out]` */
  W: number[][]
  /** One bias per neuron. `[out]` */
  b: number[]
}

/** Labelled examples. */
export interface Examples {
  /** One example per row. `[N, D]` */
  points: number[][]
  /** The classes, each −1 or +1. `[N]` */
  labels: number[]
}

/** The activation function between the layers; `linear` passes every number on unchanged. */
export type ActivationName = 'linear' | 'sigmoid' | 'tanh' | 'relu'

/** Given: x W, one row times a matrix. `[in]` and `[in, out]` → `[out]` */
export function rowTimes(x: readonly number[], W: readonly (readonly number[])[]): number[] {
  return W[0].map((_, j) => x.reduce((sum, value, i) => sum + value * W[i][j], 0))
}

/** Given: a new network of `sizes.length − 1` layers. Weights are drawn evenly within ±√(6 / in), biases are 0. */
export function drawNetwork(sizes: readonly number[], rng: Rng): Layer[] {
  return sizes.slice(1).map((outSize, l) => {
    const limit = Math.sqrt(6 / sizes[l])
    const row = () => Array.from({ length: outSize }, () => limit * (2 * rng.uniform() - 1))
    return { W: Array.from({ length: sizes[l] }, row), b: Array<number>(outSize).fill(0) }
  })
}

/** Given, for `gradients`: made of ops of the tensor library, which then finds the derivatives itself. */
const activations: Record<ActivationName, (x: Tensor) => Tensor> = {
  linear: x => x,
  sigmoid: x => div(1, add(exp(neg(x)), 1)),
  tanh: x => sub(div(2, add(exp(mul(x, -2)), 1)), 1),
  relu: x => gate(x, x), // x where x > 0, and 0 elsewhere
}

/**
 * Given: the gradient of the loss for every layer of a network with one output.
 *
 * The loss is the mean of log(1 + exp(−y·score)) over the examples, as for logistic regression.
 *
 * @param network the layers; the last one has one neuron, whose output is the score
 * @returns one entry per layer, with the shapes of its W and b
 */
export function gradients(network: Layer[], activation: ActivationName, set: Examples, on: Backend): Layer[] {
  const layers = network.map(({ W, b }) => ({
    W: tensor(W, { on, requiresGrad: true }),
    b: tensor(b, { on, requiresGrad: true }),
  }))
  const scores = layers.reduce(
    (h, { W, b }, l) => add(matmul(l === 0 ? h : activations[activation](h), W), b),
    tensor(set.points, { on }),
  )
  const targets = set.labels.map(label => [(label + 1) / 2])
  backward(bceWithLogits(scores, tensor(targets, { on })))

  const numbers = ({ grad }: Tensor): number[] => [...(grad?.dataSync() ?? [])]
  return layers.map(({ W, b }, l) => {
    const flat = numbers(W)
    const outSize = network[l].b.length
    return { W: network[l].W.map((_, i) => flat.slice(i * outSize, (i + 1) * outSize)), b: numbers(b) }
  })
}

/**
 * The one layer that computes the same as several layers without an activation function between them.
 *
 * @param layers at least one; each takes as many numbers as the one before it gives; not changed
 * @returns W `[in of the first, out of the last]` and b `[out of the last]`
 * @throws RangeError when there is no layer, or a layer does not take what the one before it gives
 * @example
 * collapse([{ W: [[2]], b: [1] }, { W: [[3]], b: [4] }])
 * // { W: [[6]], b: [7] }, because (2x + 1)·3 + 4 = 6x + 7
 */
export function collapse(layers: Layer[]): Layer {
  // TODO(linear-collapse): Merge the first two layers into one, then that one with the third, and so on.
  throw new NotImplemented('linear-collapse')
}

/**
 * The strength of the gradient in each layer: its norm, averaged over several networks.
 *
 * The norm of a layer's gradient is √(g₁² + g₂² + …) over all its weights and biases. One random start may be a fluke,
 * so the norms of each layer are averaged over networks that differ only in their start.
 *
 * @param networks one or more starts of the same sizes; not changed
 * @param activation the activation function between the layers
 * @param set the examples of the loss
 * @returns the mean norm of the first layer, of the second, and so on `[layers]`
 * @throws RangeError when there is no network
 * @example
 * // One neuron with score 0, so dL/dscore = −½, dL/dW = −½ x = (−1, −1), dL/db = −½
 * gradientNorms([[{ W: [[0], [0]], b: [0] }]], 'linear', { points: [[2, 2]], labels: [1] }, on) // [1.5]
 */
export function gradientNorms(networks: Layer[][], activation: ActivationName, set: Examples, on: Backend): number[] {
  // TODO(saturation): Take the norm of each layer's gradient in each network, then the mean over the networks.
  throw new NotImplemented('saturation')
}
