import { add, mul, noGrad, sub } from '@backprop/core'
import type { Tensor } from '@backprop/core'
import { listOf, replaceValues } from './optimizer.ts'
import type { Optimizer, Parameters } from './optimizer.ts'
import type { Parameter } from './parameter.ts'

/** Stochastic gradient descent: w ← w − η u, where u ← μ u + g (Polyak 1964; without momentum u = g). */
export class SGD implements Optimizer {
  readonly #parameters: readonly Parameter[]
  readonly #learningRate: number
  readonly #momentum: number
  /** u of each parameter, once it had a gradient. */
  readonly #velocities: Tensor[] = []

  constructor(
    parameters: Parameters,
    { learningRate, momentum = 0 }: { readonly learningRate: number; readonly momentum?: number },
  ) {
    this.#parameters = listOf(parameters)
    this.#learningRate = learningRate
    this.#momentum = momentum
  }

  step(): void {
    replaceValues('SGD', this.#parameters, (value, gradient, place) => {
      if (this.#momentum === 0) return noGrad(() => sub(value, mul(gradient, this.#learningRate)))
      const before = this.#velocities.at(place)
      const next = noGrad(() => {
        const velocity = before ? add(mul(before, this.#momentum), gradient) : gradient.detach()
        return { velocity, value: sub(value, mul(velocity, this.#learningRate)) }
      })
      before?.release()
      this.#velocities[place] = next.velocity
      return next.value
    })
  }
}
