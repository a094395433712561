/**
 * Dropout: during training, each hidden number of a network is sometimes set to 0, at random. No neuron can rely on
 * another one being there, so what they learn together is more robust (Srivastava and others, 2014).
 */
import type { Rng } from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'

/** A dropout layer between two others. It learns nothing, but remembers its last mask for the backward pass. */
export interface DropoutLayer {
  /** y = x · mask in training, y = x in evaluation; both `[n]`, for any n. */
  forward: (x: Float32Array, training: boolean) => Float32Array
  /** From ∂J/∂y to ∂J/∂x `[n]`, for the last call of `forward`. */
  backward: (dy: Float32Array) => Float32Array
}

/**
 * A dropout layer ("inverted" dropout).
 *
 * In training each call of `forward` draws a new mask, an independent factor for each number of x: with probability p
 * the factor is 0, otherwise 1/(1 − p), so that the mean of the result is x. In evaluation the result equals x, and
 * nothing is drawn from `rng`. `backward` multiplies by the factors that the last `forward` used; after an evaluation
 * these are 1.
 *
 * @param p the probability of dropping a number, 0 ≤ p < 1
 * @param rng the generator of the masks; `rng.uniform()` is uniform over 0 ≤ u < 1
 * @returns an object with the functions `forward` and `backward`; both return new arrays and leave their arguments
 * unchanged
 * @throws RangeError when p is not a number with 0 ≤ p < 1
 * @example dropout(0.5, rng).forward(Float32Array.of(1, 2, 3), true) // [2, 0, 6], or zeros at other positions
 */
export function dropout(p: number, rng: Rng): DropoutLayer {
  // TODO(dropout): Reject an invalid p; then share the last mask between the two functions.
  throw new NotImplemented('dropout')
}
