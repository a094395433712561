import { Tensor, add, div, mul, noGrad, sqrt, square, stridesOf, sub } from '@backprop/core'
import type { AdamSettings } from '@backprop/core'

/** What Adam keeps for one parameter. */
export interface AdamState {
  readonly value: Tensor
  /** Running mean of the gradient. */
  readonly m: Tensor
  /** Running mean of its square. */
  readonly v: Tensor
}

/**
 * One step of Adam (Kingma and Ba 2015, algorithm 1), all of one shape. It uses the old state up: `value`, `m` and `v`
 * are gone afterwards, because a backend may write the new ones into their memory.
 */
export function adamStep({ value, m, v }: AdamState, gradient: Tensor, settings: AdamSettings): AdamState {
  const { on, shape } = value
  const old = [value, m, v]
  if (on.fused?.adam) {
    const strides = stridesOf(shape)
    const [x, m1, v1] = old.map(one => ({ slot: one.giveAway(REPLACED), shape, strides, offset: 0 }))
    const [nextValue, nextM, nextV] = on.fused
      .adam(x, gradient, m1, v1, settings)
      .map(slot => new Tensor(on, slot, shape))
    return { value: nextValue, m: nextM, v: nextV }
  }
  const { learningRate, beta1, beta2, epsilon, step } = settings
  const next = noGrad(() => {
    const nextM = add(mul(m, beta1), mul(gradient, 1 - beta1))
    const nextV = add(mul(v, beta2), mul(square(gradient), 1 - beta2))
    const unbiasedM = div(nextM, 1 - beta1 ** step)
    const unbiasedV = div(nextV, 1 - beta2 ** step)
    const change = mul(div(unbiasedM, add(sqrt(unbiasedV), epsilon)), learningRate)
    return { value: sub(value, change), m: nextM, v: nextV }
  })
  for (const one of old) one.release(REPLACED)
  return next
}

const REPLACED = "an optimizer's step replaced them by new ones"
