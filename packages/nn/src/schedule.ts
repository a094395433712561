import { explain } from '@backprop/core'

/** The learning rate of each step; the first step of an optimizer is step 0. A rate of 1 makes it a plain factor. */
export type Schedule = (step: number) => number

export const constant =
  (rate: number): Schedule =>
  () =>
    rate

/** Multiplies the rate by `factor` after every `every` steps: stairs. */
export const stepDecay =
  (rate: number, { every, factor }: { readonly every: number; readonly factor: number }): Schedule =>
  step =>
    rate * factor ** Math.floor(step / every)

/** Multiplies the rate by `factor` in the course of every `every` steps, a little at each. */
export const exponentialDecay =
  (rate: number, { every = 1, factor }: { readonly every?: number; readonly factor: number }): Schedule =>
  step =>
    rate * factor ** (step / every)

/** Half a cosine from `rate` down to `end` within `steps`, and then `end` (Loshchilov and Hutter 2017, one cycle). */
export const cosineDecay =
  (rate: number, { steps, end = 0 }: { readonly steps: number; readonly end?: number }): Schedule =>
  step =>
    end + ((rate - end) * (1 + Math.cos(Math.PI * Math.min(step / steps, 1)))) / 2

/** Climbs in a straight line to where `then` starts, for `steps` steps of which none is 0; `then` counts from its 0. */
export const warmUp =
  (steps: number, then: Schedule): Schedule =>
  step =>
    step < steps ? (then(0) * (step + 1)) / (steps + 1) : then(step - steps)

/** A number stands for a constant schedule; each rate is looked at before it can spoil a weight. */
export function scheduleOf(where: string, learningRate: number | Schedule): Schedule {
  if (typeof learningRate !== 'function') checkRate(where, learningRate)
  const rateAt = typeof learningRate === 'function' ? learningRate : constant(learningRate)
  return step => checkRate(`${where}, step ${step}`, rateAt(step))
}

function checkRate(where: string, rate: unknown): number {
  if (typeof rate === 'number' && rate >= 0 && rate < Infinity) return rate
  const fact = `the learning rate is ${String(rate)}, but a finite number of at least 0 is wanted`
  throw new RangeError(explain(where, fact, 'give it as { learningRate: 0.01 }, or as a function of the step'))
}
