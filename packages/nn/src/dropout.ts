import { dropout, explain, type Tensor } from '@backprop/core'
import { checkMode, type Mode } from './mode.ts'
import type { Module } from './module.ts'

/**
 * Inverted dropout (Srivastava et al. 2014). In training it sets each number to 0 with probability p, with a new mask
 * for each call, and divides the others by 1 − p, so that the mean stays. In evaluation it returns x.
 */
export class Dropout implements Module {
  readonly p: number

  /** Throws `RangeError` unless 0 ≤ p < 1. */
  constructor(p: number) {
    if (!(p >= 0 && p < 1)) throw new RangeError(explain('Dropout', `p is ${p}, expected 0 ≤ p < 1`))
    this.p = p
  }

  /** [...] → the same */
  forward(x: Tensor, mode: Mode): Tensor {
    checkMode('Dropout', mode)
    return mode.training && this.p > 0 ? dropout(x, this.p, mode.rng) : x
  }
}
