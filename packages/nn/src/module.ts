import type { Tensor } from '@backprop/core'
import type { Mode } from './mode.ts'

/**
 * A network or a part of one: any object with `forward`, which may leave out the mode if it does not depend on it. Its
 * public fields are its state; see `parameters` and `state`. X is what it takes: a tensor, or `Indices` such as words.
 */
export interface Module<X = Tensor> {
  forward(x: X, mode: Mode): Tensor
}

/** A part of a network: a module, or a function that learns nothing, such as `relu` of core. */
export type Layer<X = Tensor> = Module<X> | ((x: X) => Tensor)

/** Layers, applied in order; the first takes an X. */
export class Sequential<X = Tensor> implements Module<X> {
  readonly layers: readonly Layer[]

  /** Only the first of the layers may take an X; the types of `sequential` see to that. */
  constructor(layers: readonly (Layer<X> | Layer)[]) {
    this.layers = layers as readonly Layer[] // `forward` passes an X to the first
  }

  forward(x: X, mode: Mode): Tensor {
    return this.layers.reduce(
      (h, layer) => (typeof layer === 'function' ? layer(h) : layer.forward(h, mode)),
      x as Tensor,
    )
  }
}

/** Layers, applied in order: `sequential(new Linear(2, 8, init), relu, new Linear(8, 2, init))`. */
export function sequential(...layers: readonly Layer[]): Sequential
export function sequential<X>(first: Layer<X>, ...rest: readonly Layer[]): Sequential<X>
export function sequential<X>(...layers: readonly (Layer<X> | Layer)[]): Sequential<X> {
  return new Sequential<X>(layers)
}
