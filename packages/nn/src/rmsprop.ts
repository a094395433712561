import { add, div, mul, noGrad, sqrt, square, sub } from '@backprop/core'
import { Optimizer, type OptimizerOptions, type Parameters, type Update, withDecay } from './optimizer.ts'

/** The constants of RMSProp; the defaults are those of the lecture. */
export interface RMSPropOptions extends Partial<OptimizerOptions> {
  /** ρ: how slowly the mean of the squared gradient forgets. */
  readonly decay?: number
  readonly epsilon?: number
}

/** RMSProp (Tieleman and Hinton 2012, lecture 6e): v ← ρ v + (1 − ρ) g² and w ← w − η g / (√v + ε). */
export class RMSProp extends Optimizer<'v'> {
  readonly #options: Required<Omit<RMSPropOptions, 'learningRate'>>

  constructor(
    parameters: Parameters,
    { learningRate = 1e-3, decay = 0.9, epsilon = 1e-8, weightDecay = 0 }: RMSPropOptions = {},
  ) {
    super('RMSProp', parameters, learningRate, ['v'])
    this.#options = { decay, epsilon, weightDecay }
  }

  protected override update({ value, gradient, memory, learningRate }: Update<'v'>) {
    const { decay, epsilon, weightDecay } = this.#options
    return noGrad(() => {
      const g = withDecay(gradient, value, weightDecay)
      const fresh = mul(square(g), 1 - decay)
      const v = memory ? add(mul(memory.v, decay), fresh) : fresh
      return { value: sub(value, mul(div(g, add(sqrt(v), epsilon)), learningRate)), memory: { v } }
    })
  }
}
