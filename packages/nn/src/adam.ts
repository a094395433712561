import { adamStep, zeros } from '@backprop/core'
import type { Tensor } from '@backprop/core'
import { listOf, replaceValues } from './optimizer.ts'
import type { Optimizer, Parameters } from './optimizer.ts'
import type { Parameter } from './parameter.ts'

/** The constants of Adam; the defaults are those of the paper. */
export interface AdamOptions {
  readonly learningRate?: number
  /** How slowly the mean of the gradient forgets. */
  readonly beta1?: number
  /** How slowly the mean of its square forgets. */
  readonly beta2?: number
  readonly epsilon?: number
}

interface Moments {
  readonly m: Tensor
  readonly v: Tensor
  /** How many gradients the moments have seen; both start at 0, and the bias this leaves is divided out. */
  readonly step: number
}

/** Adam (Kingma and Ba 2015, algorithm 1): w ← w − η m̂ / (√v̂ + ε). */
export class Adam implements Optimizer {
  readonly #parameters: readonly Parameter[]
  readonly #options: Required<AdamOptions>
  /** The moments of each parameter, once it had a gradient. */
  readonly #moments: Moments[] = []

  constructor(
    parameters: Parameters,
    { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions = {},
  ) {
    this.#parameters = listOf(parameters)
    this.#options = { learningRate, beta1, beta2, epsilon }
  }

  step(): void {
    replaceValues('Adam', this.#parameters, (value, gradient, place) => {
      const { m, v, step } = this.#moments.at(place) ?? unmoved(value)
      const next = adamStep({ value, m, v }, gradient, { ...this.#options, step: step + 1 })
      m.release()
      v.release()
      this.#moments[place] = { m: next.m, v: next.v, step: step + 1 }
      return next.value
    })
  }
}

function unmoved({ shape, on }: Tensor): Moments {
  return { m: zeros(shape, { on }), v: zeros(shape, { on }), step: 0 }
}
