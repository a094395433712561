import type { Tensor } from '@backprop/core'
import type { Mode } from './mode.ts'

/**
 * A part of a network, or all of it: any object with `forward`. One that does the same in every mode leaves the second
 * parameter out. Its public fields are its state; see `parameters` and `state`.
 */
export interface Module {
  forward(x: Tensor, mode: Mode): Tensor
}

/** What a network is put together from: modules, and functions that learn nothing, such as `relu` of core. */
export type Layer = Module | ((x: Tensor) => Tensor)

/** Layers, one after the other. */
export class Sequential implements Module {
  readonly layers: readonly Layer[]

  constructor(layers: readonly Layer[]) {
    this.layers = layers
  }

  forward(x: Tensor, mode: Mode): Tensor {
    return this.layers.reduce((h, layer) => (typeof layer === 'function' ? layer(h) : layer.forward(h, mode)), x)
  }
}

/** `sequential(new Linear(2, 8, init), relu, new Linear(8, 2, init))` */
export const sequential = (...layers: readonly Layer[]): Sequential => new Sequential(layers)
