import { type AdamSettings, add, div, mul, noGrad, sqrt, square, stridesOf, sub, Tensor, zeros } from '@backprop/core'
import { Optimizer, type OptimizerOptions, type Parameters, type Update, withDecay } from './optimizer.ts'

/** The constants of Adam; the defaults are those of the paper. */
export interface AdamOptions extends Partial<OptimizerOptions> {
  /** β₁: how slowly the mean of the gradient forgets. */
  readonly beta1?: number
  /** β₂: how slowly the mean of its square forgets. */
  readonly beta2?: number
  readonly epsilon?: number
  /**
   * AdamW (Loshchilov and Hutter 2019, algorithm 2): w ← (1 − η λ) w, and then Adam's step, whose moments never see λ.
   * Otherwise `weightDecay` is an L2 term, which is divided by √v̂ too, and so pulls least where gradients are large.
   */
  readonly decoupled?: boolean
}

/** Adam (Kingma and Ba 2015, algorithm 1): w ← w − η m̂ / (√v̂ + ε); with `decoupled` it is AdamW. */
export class Adam extends Optimizer<'m' | 'v'> {
  readonly #options: Required<Omit<AdamOptions, 'learningRate'>>

  constructor(
    parameters: Parameters,
    {
      learningRate = 1e-3,
      weightDecay = 0,
      beta1 = 0.9,
      beta2 = 0.999,
      epsilon = 1e-8,
      decoupled = false,
    }: AdamOptions = {},
  ) {
    super('Adam', parameters, learningRate, ['m', 'v'])
    this.#options = { weightDecay, beta1, beta2, epsilon, decoupled }
  }

  protected override update({ value, gradient, memory, learningRate, step }: Update<'m' | 'v'>) {
    const { weightDecay, decoupled, ...constants } = this.#options
    const { shape, on } = value
    const shrunk = decoupled && weightDecay !== 0 ? noGrad(() => mul(value, 1 - learningRate * weightDecay)) : value
    const g = decoupled ? gradient : noGrad(() => withDecay(gradient, value, weightDecay))
    // m and v start at 0, and adamStep divides out the bias that this leaves.
    const { m, v } = memory ?? { m: zeros(shape, { on }), v: zeros(shape, { on }) }
    const next = adamStep({ value: shrunk, m, v }, g, { ...constants, learningRate, step })
    if (g !== gradient) g.release()
    return { value: next.value, memory: { m: next.m, v: next.v } }
  }
}

/** One parameter, and what Adam remembers of its gradients; all of one shape. */
export interface AdamState {
  readonly value: Tensor
  /** Running mean of the gradient. */
  readonly m: Tensor
  /** Running mean of its square. */
  readonly v: Tensor
}

/**
 * One step of Adam (Kingma and Ba 2015, algorithm 1). It uses up the old state: `value`, `m` and `v` are gone
 * afterwards, because a backend may write the new ones into their memory.
 */
export function adamStep({ value, m, v }: AdamState, gradient: Tensor, settings: AdamSettings): AdamState {
  const { on, shape } = value
  const old = [value, m, v]
  if (on.fused?.adam) {
    const strides = stridesOf(shape)
    const [x, m1, v1] = old.map(one => ({ slot: one.giveAway(REPLACED), shape, strides, offset: 0 }))
    const [nextValue, nextM, nextV] = on.fused
      .adam(x, gradient, m1, v1, settings)
      .map(slot => new Tensor(on, slot, shape))
    return { value: nextValue, m: nextM, v: nextV }
  }
  const { learningRate, beta1, beta2, epsilon, step } = settings
  const next = noGrad(() => {
    const nextM = add(mul(m, beta1), mul(gradient, 1 - beta1))
    const nextV = add(mul(v, beta2), mul(square(gradient), 1 - beta2))
    const unbiasedM = div(nextM, 1 - beta1 ** step)
    const unbiasedV = div(nextV, 1 - beta2 ** step)
    const change = mul(div(unbiasedM, add(sqrt(unbiasedV), epsilon)), learningRate)
    return { value: sub(value, change), m: nextM, v: nextV }
  })
  for (const one of old) one.release(REPLACED)
  return next
}

const REPLACED = "an optimizer's step replaced them by new ones"
