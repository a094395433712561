import { add, div, mul, noGrad, sqrt, square, sub } from '@backprop/core'
import type { Tensor } from '@backprop/core'
import { packed, unpacked } from './optimizer-state.ts'
import type { LastingOptimizer, OptimizerState } from './optimizer-state.ts'
import { listOf, replaceValues, withDecay } from './optimizer.ts'
import type { OptimizerOptions, Parameters } from './optimizer.ts'
import type { Parameter } from './parameter.ts'
import { scheduleOf } from './schedule.ts'
import type { Schedule } from './schedule.ts'

/** The constants of RMSProp; the defaults are those of the lecture. */
export interface RMSPropOptions extends Partial<OptimizerOptions> {
  /** ρ: how slowly the mean of the squared gradient forgets. */
  readonly decay?: number
  readonly epsilon?: number
}

/** RMSProp (Tieleman and Hinton 2012, lecture 6e): v ← ρ v + (1 − ρ) g² and w ← w − η g / (√v + ε). */
export class RMSProp implements LastingOptimizer {
  readonly #parameters: readonly Parameter[]
  readonly #rateAt: Schedule
  readonly #options: Required<Omit<RMSPropOptions, 'learningRate'>>
  /** v of each parameter, once it had a gradient. */
  #squares: (Tensor | undefined)[] = []
  #steps = 0

  constructor(
    parameters: Parameters,
    { learningRate = 1e-3, decay = 0.9, epsilon = 1e-8, weightDecay = 0 }: RMSPropOptions = {},
  ) {
    this.#parameters = listOf(parameters)
    this.#rateAt = scheduleOf('RMSProp', learningRate)
    this.#options = { decay, epsilon, weightDecay }
  }

  step(): void {
    const { decay, epsilon, weightDecay } = this.#options
    const rate = this.#rateAt(this.#steps)
    replaceValues('RMSProp', this.#parameters, (value, gradient, place) => {
      const before = this.#squares.at(place)
      const next = noGrad(() => {
        const g = withDecay(gradient, value, weightDecay)
        const fresh = mul(square(g), 1 - decay)
        const v = before ? add(mul(before, decay), fresh) : fresh
        return { v, value: sub(value, mul(div(g, add(sqrt(v), epsilon)), rate)) }
      })
      before?.release()
      this.#squares[place] = next.v
      return next.value
    })
    this.#steps++
  }

  save(): Promise<OptimizerState> {
    const kept = [...this.#squares].map(v => v && { tensors: { v }, seen: this.#steps })
    return packed(this.#steps, kept)
  }

  restore(state: OptimizerState): void {
    const { steps, memory } = unpacked('RMSProp', state, this.#parameters, ['v'])
    for (const old of this.#squares) old?.release()
    this.#squares = memory.map(kept => kept?.tensors.v)
    this.#steps = steps
  }
}
