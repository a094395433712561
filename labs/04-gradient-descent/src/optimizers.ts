import { NotImplemented } from '@backprop/testkit/todo'

/**
 * Three optimizers that remember. Each function here takes the settings and returns an update: a function that is
 * called once per step with the weights and their gradient, and returns the next weights.
 *
 * What an optimizer remembers is in variables outside the returned function and inside the one that makes it, so every
 * optimizer has its own memory. All operations are done number by number: g² means the square of each number.
 */

/** One step: from the weights `[D]` and ∂J/∂w `[D]` to the next weights `[D]`. Leaves both unchanged; remembers. */
export type Update = (w: number[], gradient: number[]) => number[]

export interface MomentumOptions {
  /** η: the length of a step. */
  learningRate: number
  /** μ: how much of the velocity is kept; 0.9 unless given. */
  momentum?: number
}

export interface RmspropOptions {
  /** η; 0.001 unless given. */
  learningRate?: number
  /** ρ: how much of the mean square is kept; 0.9 unless given. */
  decay?: number
  /** ε: keeps the division away from 0; 1e-8 unless given. */
  epsilon?: number
}

export interface AdamOptions {
  /** η; 0.001 unless given. */
  learningRate?: number
  /** β₁: how much of the mean gradient is kept; 0.9 unless given. */
  beta1?: number
  /** β₂: how much of the mean square is kept; 0.999 unless given. */
  beta2?: number
  /** ε: keeps the division away from 0; 1e-8 unless given. */
  epsilon?: number
}

/**
 * Gradient descent with momentum (Polyak, 1964). The velocity u starts at 0, one number per weight. A step is
 *
 *     u ← μ u + g
 *     w ← w − η u
 *
 * @param options.learningRate η
 * @param options.momentum μ, 0 or more and below 1; 0.9 unless given (0 counts as given)
 * @returns an update with its own velocity
 * @example
 * const update = momentum({ learningRate: 0.1, momentum: 0.5 })
 * update([4], [4]) // [3.6], u is 4
 * update([3.6], [3.6]) // [3.04], u is 0.5 · 4 + 3.6 = 5.6
 */
export function momentum(options: MomentumOptions): Update {
  // TODO(momentum): Keep the velocity outside the function that you return; update it in each call.
  throw new NotImplemented('momentum')
}

/**
 * RMSProp (Tieleman and Hinton, 2012): each weight's step is divided by the size of its recent gradients.
 * The mean square v starts at 0, one number per weight. A step is
 *
 *     v ← ρ v + (1 − ρ) g²
 *     w ← w − η g / (√v + ε)
 *
 * @returns an update with its own mean square
 * @example
 * const update = rmsprop({ learningRate: 0.1, decay: 0.75 })
 * update([4], [4]) // [3.8] apart from ε: v is 0.25 · 16 = 4, and 4 / √4 = 2
 */
export function rmsprop(options: RmspropOptions = {}): Update {
  // TODO(rmsprop): Keep v outside the function that you return; divide g by its root plus ε.
  throw new NotImplemented('rmsprop')
}

/**
 * Adam (Kingma and Ba, 2015, algorithm 1). The means m and v start at 0, one number each per weight, and t, the
 * number of steps so far, at 0. A step is
 *
 *     t ← t + 1
 *     m ← β₁ m + (1 − β₁) g
 *     v ← β₂ v + (1 − β₂) g²
 *     m̂ = m / (1 − β₁ᵗ)
 *     v̂ = v / (1 − β₂ᵗ)
 *     w ← w − η m̂ / (√v̂ + ε)
 *
 * m̂ and v̂ are used for this step only; the next step continues from m and v.
 *
 * @returns an update with its own means and count
 * @example
 * const update = adam({ learningRate: 0.1 })
 * update([4], [4]) // [3.9] apart from ε: the first step has the length η, whatever the gradient is
 */
export function adam(options: AdamOptions = {}): Update {
  // TODO(adam): Keep m, v and t outside the function that you return; write the six lines above.
  throw new NotImplemented('adam')
}
