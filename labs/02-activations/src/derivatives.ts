import { NotImplemented } from '@backprop/testkit/todo'
import { erf, linesAlong } from './activations.ts'

/**
 * The backward pass. Some loss L depends on y = f(x). The layers after f hand back dL/dy, how much L changes with each
 * number of y; f returns dL/dx, how much L changes with each number of x. The chain rule says dL/dx = dL/dy · f′(x).
 *
 * In its forward pass a function saves what its backward pass will need: its input x, or its output y where f′ is
 * simpler in terms of y. In the code, dL/dy is called dy. All lists have the same length N and are not changed.
 */

/**
 * dL/dx of the sigmoid.
 *
 * @param dy dL/dy `[N]`
 * @param y what the sigmoid returned, each from 0 to 1 `[N]`
 * @returns dL/dx `[N]`
 * @example sigmoidBackward([1, 8], [0.5, 0.25]) // [0.25, 1.5]
 */
export function sigmoidBackward(dy: number[], y: number[]): number[] {
  // TODO(derivatives): What is the derivative of 1 / (1 + e⁻ˣ) in terms of y? Then apply the chain rule.
  throw new NotImplemented('derivatives')
}

/**
 * dL/dx of tanh.
 *
 * @param dy dL/dy `[N]`
 * @param y what tanh returned, each from −1 to 1 `[N]`
 * @returns dL/dx `[N]`
 * @example tanhBackward([1, 10], [0, 0.6]) // [1, 6.4]
 */
export function tanhBackward(dy: number[], y: number[]): number[] {
  // TODO(derivatives): What is the derivative of tanh in terms of y? Then apply the chain rule.
  throw new NotImplemented('derivatives')
}

/**
 * dL/dx of ReLU. At x = 0 there is a corner and no derivative; by convention we use 0 there.
 *
 * @param dy dL/dy `[N]`
 * @param x what ReLU was given `[N]`
 * @returns dL/dx `[N]`
 * @example reluBackward([5, 6, 7], [-2, 0, 3]) // [0, 0, 7]
 */
export function reluBackward(dy: number[], x: number[]): number[] {
  // TODO(derivatives): Where does ReLU pass its input on, and where doesn't it? Then apply the chain rule.
  throw new NotImplemented('derivatives')
}

/**
 * dL/dx of GELU.
 *
 * @param dy dL/dy `[N]`
 * @param x what GELU was given `[N]`
 * @returns dL/dx `[N]`, to nine decimal places
 * @example geluBackward([1, 2, 1], [0, 0, 1]) // [0.5, 1, 1.0833…]
 */
export function geluBackward(dy: number[], x: number[]): number[] {
  // TODO(derivatives): Use the product rule on x Φ(x), where Φ′(x) = e^(−x²/2) / √(2π). Then apply the chain rule.
  throw new NotImplemented('derivatives')
}

/**
 * dL/dx of softmax along an axis. Each share depends on all numbers of its line, so each dL/dx has a sum over its line:
 * dL/dxᵢ = yᵢ (dL/dyᵢ − Σₖ dL/dyₖ yₖ).
 *
 * @param dy dL/dy, as a flat list
 * @param y what softmax returned, as a flat list
 * @param shape how many numbers there are along each axis
 * @param axis the axis that softmax was taken along
 * @returns dL/dx, as a flat list
 * @throws RangeError when the shape has no such axis (`linesAlong` throws it)
 * @example softmaxBackward([4, 0], [0.25, 0.75], [2], 0) // [0.75, -0.75], because Σ dL/dy · y is 1
 */
export function softmaxBackward(dy: number[], y: number[], shape: number[], axis: number): number[] {
  // TODO(derivatives): For every line along the axis: first the sum of dL/dy · y, then each dL/dx.
  throw new NotImplemented('derivatives')
}
