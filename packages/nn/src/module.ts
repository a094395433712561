import type { Tensor } from '@backprop/core'
import type { Mode } from './mode.ts'

/**
 * A network or a part of one: any object with `forward`, which may leave out the mode if it does not depend on it. Its
 * public fields are its state; see `parameters` and `state`.
 */
export interface Module {
  forward(x: Tensor, mode: Mode): Tensor
}

/** A part of a network: a module, or a function that learns nothing, such as `relu` of core. */
export type Layer = Module | ((x: Tensor) => Tensor)

/** Layers, applied in order. */
export class Sequential implements Module {
  readonly layers: readonly Layer[]

  constructor(layers: readonly Layer[]) {
    this.layers = layers
  }

  forward(x: Tensor, mode: Mode): Tensor {
    return this.layers.reduce((h, layer) => (typeof layer === 'function' ? layer(h) : layer.forward(h, mode)), x)
  }
}

/** Layers, applied in order: `sequential(new Linear(2, 8, init), relu, new Linear(8, 2, init))`. */
export const sequential = (...layers: readonly Layer[]): Sequential => new Sequential(layers)
