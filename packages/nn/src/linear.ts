import { linear, reshape, sizeOf, type Tensor, zeros } from '@backprop/core'
import { glorotUniform, type Init, type Initialiser } from './init.ts'
import type { Module } from './module.ts'
import { Parameter } from './parameter.ts'

/** A layer of neurons, y = x W + b. W starts as `weight` says (`glorotUniform` unless given), b at 0. */
export class Linear implements Module {
  readonly weight: Parameter // [in, out]
  readonly bias: Parameter // [out]

  constructor(
    inSize: number,
    outSize: number,
    { on, rng, weight = glorotUniform }: Init & { readonly weight?: Initialiser },
  ) {
    this.weight = new Parameter(weight([inSize, outSize], { on, rng }))
    this.bias = new Parameter(zeros([outSize], { on }))
  }

  /** [..., in] → [..., out]. Throws `ShapeError`. */
  forward(x: Tensor): Tensor {
    return linear(x, this.weight.value, this.bias.value)
  }
}

/** Each example as one row: [N, ...] → [N, D]. It learns nothing, so it is a function, as `relu` is. */
export function flatten(x: Tensor): Tensor {
  const [N, ...rest] = x.shape
  return reshape(x, [N, sizeOf(rest)])
}
