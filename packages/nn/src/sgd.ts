import { add, mul, noGrad, sub, type Tensor } from '@backprop/core'
import { Optimizer, type OptimizerOptions, type Parameters, type Update, withDecay } from './optimizer.ts'

/** The options of `SGD`. */
export interface SGDOptions extends OptimizerOptions {
  /** μ: how much of the last step goes into the next one; 0 unless given. */
  readonly momentum?: number
  /** Looks ahead: steps as if the velocity had already been applied once more. */
  readonly nesterov?: boolean
}

/**
 * Stochastic gradient descent: w ← w − η u, where u ← μ u + g is the velocity (Polyak 1964; without momentum u = g).
 * With `nesterov` w ← w − η (g + μ u) (Nesterov 1983, in the form of Sutskever et al. 2013).
 */
export class SGD extends Optimizer<'u'> {
  readonly #options: Required<Omit<SGDOptions, 'learningRate'>>

  constructor(parameters: Parameters, { learningRate, momentum = 0, nesterov = false, weightDecay = 0 }: SGDOptions) {
    super('SGD', parameters, learningRate, ['u'])
    this.#options = { momentum, nesterov, weightDecay }
  }

  protected override update({ value, gradient, memory, learningRate }: Update<'u'>) {
    const { momentum, nesterov, weightDecay } = this.#options
    return noGrad((): { value: Tensor; memory?: { u: Tensor } } => {
      const g = withDecay(gradient, value, weightDecay)
      if (momentum === 0) return { value: sub(value, mul(g, learningRate)) }
      // The first velocity is a copy of g: the gradient is released after the step.
      const u = memory ? add(mul(memory.u, momentum), g) : g.detach()
      const direction = nesterov ? add(g, mul(u, momentum)) : u
      return { value: sub(value, mul(direction, learningRate)), memory: { u } }
    })
  }
}
