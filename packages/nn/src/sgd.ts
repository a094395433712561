import { add, mul, noGrad, sub } from '@backprop/core'
import type { Tensor } from '@backprop/core'
import { packed, unpacked } from './optimizer-state.ts'
import type { LastingOptimizer, OptimizerState } from './optimizer-state.ts'
import { listOf, replaceValues, withDecay } from './optimizer.ts'
import type { OptimizerOptions, Parameters } from './optimizer.ts'
import type { Parameter } from './parameter.ts'
import { scheduleOf } from './schedule.ts'
import type { Schedule } from './schedule.ts'

export interface SGDOptions extends OptimizerOptions {
  /** μ: how much of the last step goes into the next one. */
  readonly momentum?: number
  /** Look ahead: step as if the velocity had already been applied once more. */
  readonly nesterov?: boolean
}

/**
 * Stochastic gradient descent: w ← w − η u, where u ← μ u + g is the velocity (Polyak 1964; without momentum u = g).
 * With `nesterov` w ← w − η (g + μ u) (Nesterov 1983, in the form of Sutskever et al. 2013).
 */
export class SGD implements LastingOptimizer {
  readonly #parameters: readonly Parameter[]
  readonly #rateAt: Schedule
  readonly #options: Required<Omit<SGDOptions, 'learningRate'>>
  /** u of each parameter, once it had a gradient. */
  #velocities: (Tensor | undefined)[] = []
  #steps = 0

  constructor(parameters: Parameters, { learningRate, momentum = 0, nesterov = false, weightDecay = 0 }: SGDOptions) {
    this.#parameters = listOf(parameters)
    this.#rateAt = scheduleOf('SGD', learningRate)
    this.#options = { momentum, nesterov, weightDecay }
  }

  step(): void {
    const { momentum, nesterov, weightDecay } = this.#options
    const rate = this.#rateAt(this.#steps)
    replaceValues('SGD', this.#parameters, (value, gradient, place) => {
      const before = this.#velocities.at(place)
      const next = noGrad(() => {
        const g = withDecay(gradient, value, weightDecay)
        if (momentum === 0) return { value: sub(value, mul(g, rate)) }
        // The first velocity is g, but a copy: the gradient is released after the step.
        const velocity = before ? add(mul(before, momentum), g) : g.detach()
        const direction = nesterov ? add(g, mul(velocity, momentum)) : velocity
        return { velocity, value: sub(value, mul(direction, rate)) }
      })
      before?.release()
      if (next.velocity) this.#velocities[place] = next.velocity
      return next.value
    })
    this.#steps++
  }

  save(): Promise<OptimizerState> {
    const kept = [...this.#velocities].map(u => u && { tensors: { u }, seen: this.#steps })
    return packed(this.#steps, kept)
  }

  restore(state: OptimizerState): void {
    const { steps, memory } = unpacked('SGD', state, this.#parameters, ['u'])
    for (const old of this.#velocities) old?.release()
    this.#velocities = memory.map(kept => kept?.tensors.u)
    this.#steps = steps
  }
}
