import {
  add,
  batchNorm,
  explain,
  mean,
  mul,
  noGrad,
  ones,
  reshape,
  shapeText,
  sizeOf,
  square,
  sub,
  zeros,
} from '@backprop/core'
import type { Backend, Tensor } from '@backprop/core'
import { checkMode } from './mode.ts'
import type { Mode } from './mode.ts'
import type { Module } from './module.ts'
import { Parameter, Statistic } from './parameter.ts'

export interface BatchNormOptions {
  readonly on: Backend
  /** What is added to a variance, so that a constant channel divides by something. */
  readonly epsilon?: number
  /** How much of each batch goes into the running statistics. */
  readonly momentum?: number
}

/**
 * Normalizes each channel, and then scales and shifts it (Ioffe and Szegedy 2015): in training by the mean and variance
 * of the batch, which also move the running ones; in evaluation by the running ones, so that examples do not depend on
 * their neighbours.
 */
export class BatchNorm2d implements Module {
  readonly scale: Parameter // [C]
  readonly shift: Parameter // [C]
  readonly mean: Statistic // [C]
  readonly variance: Statistic // [C], of the population: a batch's divides by n − 1
  readonly epsilon: number
  readonly momentum: number

  constructor(channels: number, { on, epsilon = 1e-5, momentum = 0.1 }: BatchNormOptions) {
    this.scale = new Parameter(ones([channels], { on }))
    this.shift = new Parameter(zeros([channels], { on }))
    this.mean = new Statistic(zeros([channels], { on }))
    this.variance = new Statistic(ones([channels], { on }))
    this.epsilon = epsilon
    this.momentum = momentum
  }

  /** [N, C, H, W], or rows [N, C] → the same */
  forward(x: Tensor, mode: Mode): Tensor {
    checkMode('BatchNorm2d', mode)
    const { epsilon } = this
    if (mode.training) {
      const y = batchNorm(x, this.scale.value, this.shift.value, { epsilon })
      this.#observe(x)
      return y
    }
    // Copies, because no gradient may reach a statistic.
    const statistics = { mean: this.mean.value.detach(), variance: this.variance.value.detach() }
    return batchNorm(x, this.scale.value, this.shift.value, { epsilon, statistics })
  }

  #observe(x: Tensor): void {
    if (sizeOf(x.shape) <= x.shape[1]) {
      const fact = `x has shape ${shapeText(x.shape)}, which is at most 1 number for each channel, but 2 are wanted`
      throw new Error(explain('BatchNorm2d', fact, 'in training a batch needs more than one example'))
    }
    const batch = statisticsOf(x)
    for (const name of ['mean', 'variance'] as const) {
      const old = this[name].value
      const next = noGrad(() => add(mul(old, 1 - this.momentum), mul(batch[name], this.momentum)))
      this[name].value = next.toLeaf()
      old.release('BatchNorm2d saw another batch')
      batch[name].release()
    }
  }
}

/** Mean and variance of each channel of x [N, C, ...], [C] each: what is kept of a batch divides by n − 1. */
function statisticsOf(x: Tensor): { readonly mean: Tensor; readonly variance: Tensor } {
  const n = sizeOf(x.shape) / x.shape[1]
  const axis = [...x.shape.keys()].filter(one => one !== 1)
  return noGrad(() => {
    const center = mean(x, { axis, keepdims: true })
    const variance = mul(mean(square(sub(x, center)), { axis }), n / (n - 1))
    return { mean: reshape(center, [-1]), variance }
  })
}
