import { mul, noGrad, zeros } from '@backprop/core'
import type { Tensor } from '@backprop/core'
import { adamStep } from './adam-step.ts'
import { packed, unpacked } from './optimizer-state.ts'
import type { Kept, LastingOptimizer, OptimizerState } from './optimizer-state.ts'
import { listOf, replaceValues, withDecay } from './optimizer.ts'
import type { OptimizerOptions, Parameters } from './optimizer.ts'
import type { Parameter } from './parameter.ts'
import { scheduleOf } from './schedule.ts'
import type { Schedule } from './schedule.ts'

/** The constants of Adam; the defaults are those of the papers. */
export interface AdamOptions extends Partial<OptimizerOptions> {
  /** How slowly the mean of the gradient forgets. */
  readonly beta1?: number
  /** How slowly the mean of its square forgets. */
  readonly beta2?: number
  readonly epsilon?: number
}

/** Adam (Kingma and Ba 2015, algorithm 1): w ← w − η m̂ / (√v̂ + ε). */
export class Adam implements LastingOptimizer {
  readonly #parameters: readonly Parameter[]
  readonly #rateAt: Schedule
  readonly #weightDecay: number
  readonly #moments: Moments
  #steps = 0

  constructor(parameters: Parameters, { learningRate = 1e-3, weightDecay = 0, ...constants }: AdamOptions = {}) {
    this.#parameters = listOf(parameters)
    this.#rateAt = scheduleOf('Adam', learningRate)
    this.#weightDecay = weightDecay
    this.#moments = new Moments(constants)
  }

  step(): void {
    const rate = this.#rateAt(this.#steps)
    replaceValues('Adam', this.#parameters, (value, gradient, place) => {
      const g = noGrad(() => withDecay(gradient, value, this.#weightDecay))
      const next = this.#moments.step(place, value, g, rate)
      if (g !== gradient) g.release()
      return next
    })
    this.#steps++
  }

  save(): Promise<OptimizerState> {
    return packed(this.#steps, this.#moments.kept)
  }

  restore(state: OptimizerState): void {
    const { steps, memory } = unpacked('Adam', state, this.#parameters, ['m', 'v'])
    this.#steps = steps
    this.#moments.replace(memory)
  }
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2): w ← (1 − η λ) w, and then Adam's step,
 * whose moments never see λ. An L2 term would be divided by √v̂ too, and so pull least where gradients are large.
 */
export class AdamW implements LastingOptimizer {
  readonly #parameters: readonly Parameter[]
  readonly #rateAt: Schedule
  readonly #weightDecay: number
  readonly #moments: Moments
  #steps = 0

  constructor(parameters: Parameters, { learningRate = 1e-3, weightDecay = 1e-2, ...constants }: AdamOptions = {}) {
    this.#parameters = listOf(parameters)
    this.#rateAt = scheduleOf('AdamW', learningRate)
    this.#weightDecay = weightDecay
    this.#moments = new Moments(constants)
  }

  step(): void {
    const rate = this.#rateAt(this.#steps)
    replaceValues('AdamW', this.#parameters, (value, gradient, place) => {
      const shrunk = noGrad(() => mul(value, 1 - rate * this.#weightDecay))
      return this.#moments.step(place, shrunk, gradient, rate)
    })
    this.#steps++
  }

  save(): Promise<OptimizerState> {
    return packed(this.#steps, this.#moments.kept)
  }

  restore(state: OptimizerState): void {
    const { steps, memory } = unpacked('AdamW', state, this.#parameters, ['m', 'v'])
    this.#steps = steps
    this.#moments.replace(memory)
  }
}

/** What Adam remembers of the gradients of each parameter, once it had one. */
class Moments {
  readonly #constants: Required<Pick<AdamOptions, 'beta1' | 'beta2' | 'epsilon'>>
  /** m and v start at 0, and the bias that this leaves is divided out. */
  #kept: (Kept<'m' | 'v'> | undefined)[] = []

  constructor({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: Omit<AdamOptions, keyof OptimizerOptions>) {
    this.#constants = { beta1, beta2, epsilon }
  }

  get kept(): readonly (Kept<'m' | 'v'> | undefined)[] {
    return this.#kept
  }

  replace(kept: (Kept<'m' | 'v'> | undefined)[]): void {
    for (const old of this.#kept) for (const moment of Object.values(old?.tensors ?? {})) moment.release()
    this.#kept = kept
  }

  /** The next value; like the moments, the old one is used up. */
  step(place: number, value: Tensor, gradient: Tensor, learningRate: number): Tensor {
    const { shape, on } = value
    const { tensors, seen } = this.#kept.at(place) ?? {
      tensors: { m: zeros(shape, { on }), v: zeros(shape, { on }) },
      seen: 0,
    }
    const next = adamStep({ value, ...tensors }, gradient, { ...this.#constants, learningRate, step: seen + 1 })
    this.#kept[place] = { tensors: { m: next.m, v: next.v }, seen: seen + 1 }
    return next.value
  }
}
