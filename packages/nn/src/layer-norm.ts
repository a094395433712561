import { layerNorm, ones, zeros } from '@backprop/core'
import type { Backend, Shape, Tensor } from '@backprop/core'
import type { Module } from './module.ts'
import { Parameter } from './parameter.ts'

/** Normalizes each example by itself, over its last axes, and then scales and shifts it (Ba, Kiros and Hinton 2016). */
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
