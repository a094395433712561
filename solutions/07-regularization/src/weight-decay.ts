/**
 * Weight decay: a pull of every weight towards 0, so that only weights that the data needs stay large.
 *
 * All weights of a model are one list w of D numbers, `[D]`; g = ∂J/∂w is the gradient of the loss, `[D]`. λ is the
 * strength of the pull, η the learning rate.
 */

/** One step of an optimizer: from the weights and the gradient, which it leaves unchanged, to the next weights. All `[D]`. */
export type Update = (w: number[], gradient: number[]) => number[]

export interface DecayOptions {
  /** η */
  learningRate: number
  /** λ, 0 or more */
  decay: number
}

/**
 * Given: the direction m̂ / (√v̂ + ε) of Adam, with β₁ = 0.9, β₂ = 0.999, ε = 1e-8. Call it once per optimizer; the
 * function that it returns remembers its gradients. Adam without decay is w ← w − η · direction(g).
 *
 * @example const direction = adamDirection(); direction([10, -0.1]) // [1, -1]: the first direction is the sign
 */
export function adamDirection(): (gradient: number[]) => number[] {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8]
  let steps = 0
  let m: number[] = []
  let v: number[] = []
  return gradient => {
    steps += 1
    m = gradient.map((g, j) => beta1 * (m[j] ?? 0) + (1 - beta1) * g)
    v = gradient.map((g, j) => beta2 * (v[j] ?? 0) + (1 - beta2) * g * g)
    return m.map((mean, j) => mean / (1 - beta1 ** steps) / (Math.sqrt(v[j] / (1 - beta2 ** steps)) + epsilon))
  }
}

/**
 * The L2 penalty (λ/2) Σ wⱼ², a term of the loss, and its gradient.
 *
 * @param w the weights `[D]`, zero or more; not changed
 * @param decay λ
 * @returns the penalty, and its derivative for each weight `[D]`
 * @example l2([3, -4], 0.1) // { penalty: 1.25, gradient: [0.3, -0.4] }
 */
export function l2(w: number[], decay: number): { penalty: number; gradient: number[] } {
  // SOLUTION(weight-decay): Half of λ times the sum of the squares, and its derivatives.
  return { penalty: (decay / 2) * w.reduce((sum, weight) => sum + weight ** 2, 0), gradient: w.map(x => decay * x) }
  // END
}

/**
 * Adam with an L2 penalty: the penalty is part of the loss, so its gradient goes through Adam like the data's gradient.
 *
 * @returns a new optimizer with its own memory: w ← w − η · direction(g + λw)
 * @example adamL2({ learningRate: 0.1, decay: 0.5 })([1, 1], [10, 0.1]) // [0.9, 0.9], to 7 digits
 */
export function adamL2({ learningRate, decay }: DecayOptions): Update {
  // SOLUTION(weight-decay): Make one direction; each step feeds it the gradient of loss and penalty together.
  const direction = adamDirection()
  return (w, gradient) => {
    const towards = direction(gradient.map((g, j) => g + decay * w[j]))
    return w.map((weight, j) => weight - learningRate * towards[j])
  }
  // END
}

/**
 * AdamW, Adam with decoupled weight decay (Loshchilov and Hutter, 2019): each step first shrinks every weight by the
 * factor 1 − ηλ, and then takes Adam's step. Adam never sees the decay.
 *
 * @returns a new optimizer with its own memory: w ← (1 − ηλ) w − η · direction(g)
 * @example adamW({ learningRate: 0.1, decay: 0.5 })([1, 1], [10, 0.1]) // [0.85, 0.85], to 7 digits
 */
export function adamW({ learningRate, decay }: DecayOptions): Update {
  // SOLUTION(weight-decay): Make one direction; each step feeds it only the gradient of the loss, and shrinks w
  // directly.
  const direction = adamDirection()
  return (w, gradient) => {
    const towards = direction(gradient)
    return w.map((weight, j) => (1 - learningRate * decay) * weight - learningRate * towards[j])
  }
  // END
}
