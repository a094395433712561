import {
  add,
  type Backend,
  batchNorm,
  explain,
  layerNorm,
  mul,
  noGrad,
  ones,
  type Shape,
  shapeText,
  sizeOf,
  type Statistics,
  type Tensor,
  zeros,
} from '@backprop/core'
import { checkMode, type Mode } from './mode.ts'
import type { Module } from './module.ts'
import { Parameter, Statistic } from './parameter.ts'

/** The options of `BatchNorm2d`. */
export interface BatchNormOptions {
  readonly on: Backend
  /** Added to the variance, so that a constant channel is not divided by 0; 1e-5 unless given. */
  readonly epsilon?: number
  /** The share of each batch in the running statistics; 0.1 unless given. */
  readonly momentum?: number
}

/**
 * Batch normalization (Ioffe and Szegedy 2015): normalizes each channel, and then scales and shifts it. In training it
 * uses the mean and variance of the batch, and moves the running ones towards them; in evaluation it uses the running
 * ones, so that the result for one example does not depend on the others.
 */
export class BatchNorm2d implements Module {
  readonly scale: Parameter // [C]
  readonly shift: Parameter // [C]
  readonly mean: Statistic // [C]
  readonly variance: Statistic // [C]; that of a batch divides by n − 1 here
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

  /** [N, C, H, W], or rows [N, C] → the same. Throws if a training batch has fewer than 2 numbers for each channel. */
  forward(x: Tensor, mode: Mode): Tensor {
    checkMode('BatchNorm2d', mode)
    const { epsilon } = this
    if (mode.training) {
      const observe = (batch: Statistics) => this.#observe(batch, countOf(x))
      return batchNorm(x, this.scale.value, this.shift.value, { epsilon, observe })
    }
    // Copies, because no gradient may reach a statistic.
    const statistics = { mean: this.mean.value.detach(), variance: this.variance.value.detach() }
    return batchNorm(x, this.scale.value, this.shift.value, { epsilon, statistics })
  }

  /** Moves the running statistics towards those of a batch, each over `count` numbers. */
  #observe(batch: Statistics, count: number): void {
    const shares = { mean: this.momentum, variance: (this.momentum * count) / (count - 1) }
    for (const name of ['mean', 'variance'] as const) {
      const old = this[name].value
      const next = noGrad(() => add(mul(old, 1 - this.momentum), mul(batch[name], shares[name])))
      this[name].value = next.toLeaf()
      old.release('BatchNorm2d saw another batch')
    }
  }
}

/** How many numbers each channel of x [N, C, ...] has. */
function countOf({ shape }: Tensor): number {
  const count = sizeOf(shape) / shape[1]
  if (count >= 2) return count
  const fact = `x has shape ${shapeText(shape)}, at most 1 number for each channel, expected at least 2`
  throw new Error(explain('BatchNorm2d', fact, 'in training a batch needs more than one example'))
}

/**
 * Layer normalization (Ba, Kiros and Hinton 2016): normalizes the last axes of each example, and then scales and shifts
 * them.
 */
export class LayerNorm implements Module {
  readonly scale: Parameter // [...shape]
  readonly shift: Parameter // [...shape]
  readonly epsilon: number

  /** `shape` is that of the last axes; a number is one axis of that size. */
  constructor(shape: number | Shape, { on, epsilon = 1e-5 }: { readonly on: Backend; readonly epsilon?: number }) {
    const axes = typeof shape === 'number' ? [shape] : shape
    this.scale = new Parameter(ones(axes, { on }))
    this.shift = new Parameter(zeros(axes, { on }))
    this.epsilon = epsilon
  }

  /** [..., ...shape] → the same */
  forward(x: Tensor): Tensor {
    const { epsilon } = this
    return layerNorm(x, this.scale.value, this.shift.value, { epsilon })
  }
}
