import { explain } from '@backprop/core'

/** The learning rate of each step; the first step of an optimizer is step 0. A rate of 1 makes it a plain factor. */
export type Schedule = (step: number) => number

/** The same rate at each step. */
export const constant =
  (rate: number): Schedule =>
  () =>
    rate

/** Multiplies the rate by `factor` every `every` steps: stairs. */
export const stepDecay =
  (rate: number, { every, factor }: { readonly every: number; readonly factor: number }): Schedule =>
  step =>
    rate * factor ** Math.floor(step / every)

/** Multiplies the rate by `factor` over `every` steps, a little at each: `rate · factor^(step / every)`. */
export const exponentialDecay =
  (rate: number, { every = 1, factor }: { readonly every?: number; readonly factor: number }): Schedule =>
  step =>
    rate * factor ** (step / every)

/**
 * Half a cosine from `rate` down to `end` over `steps`, and `end` from then on (Loshchilov and Hutter 2017, one cycle).
 */
export const cosineDecay =
  (rate: number, { steps, end = 0 }: { readonly steps: number; readonly end?: number }): Schedule =>
  step =>
    end + ((rate - end) * (1 + Math.cos(Math.PI * Math.min(step / steps, 1)))) / 2

/**
 * Rises linearly to the first rate of `then` over `steps` steps, none of which is 0; then `then` starts with its step
 * 0.
 */
export const warmUp =
  (steps: number, then: Schedule): Schedule =>
  step =>
    step < steps ? (then(0) * (step + 1)) / (steps + 1) : then(step - steps)

/** A number is a constant schedule. Each rate is checked before it is used, with `RangeError`. */
export function scheduleOf(where: string, learningRate: number | Schedule): Schedule {
  if (typeof learningRate !== 'function') checkRate(where, learningRate)
  const rateAt = typeof learningRate === 'function' ? learningRate : constant(learningRate)
  return step => checkRate(`${where}, step ${step}`, rateAt(step))
}

function checkRate(where: string, rate: unknown): number {
  if (typeof rate === 'number' && rate >= 0 && rate < Infinity) return rate
  const fact = `the learning rate is ${String(rate)}, expected a finite number of at least 0`
  throw new RangeError(explain(where, fact, 'give it as { learningRate: 0.01 }, or as a function of the step'))
}
