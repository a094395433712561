import { add, mul } from '@backprop/core'
import type { Tensor } from '@backprop/core'
import { explain } from './explain.ts'
import type { Parameter } from './parameter.ts'
import type { Schedule } from './schedule.ts'

/** What `parameters(model)` returns, or any list of parameters. */
export type Parameters = ReadonlyMap<string, Parameter> | Iterable<Parameter>

/** Changes parameters so that the loss gets smaller. */
export interface Optimizer {
  /** Uses the gradient of each parameter, replaces its value, and thereby clears its gradient. */
  step(): void
}

/** What every optimizer takes. */
export interface OptimizerOptions {
  /** η: how far a step goes; a schedule gives one for each step. */
  readonly learningRate: number | Schedule
  /** λ: adds the gradient of λ/2 Σ w² to that of the loss, which pulls weights towards 0 (L2). */
  readonly weightDecay?: number
}

export const listOf = (parameters: Parameters): Parameter[] => [
  ...(parameters instanceof Map
    ? (parameters as ReadonlyMap<string, Parameter>).values()
    : (parameters as Iterable<Parameter>)),
]

/** g + λ w. Call it under `noGrad`, which releases what it makes. */
export const withDecay = (gradient: Tensor, value: Tensor, weightDecay: number): Tensor =>
  weightDecay === 0 ? gradient : add(gradient, mul(value, weightDecay))

/**
 * Calls `update` for each parameter that has a gradient, with its place in the list, and puts the value that it returns
 * in place of the old one. Throws if no parameter has a gradient.
 */
export function replaceValues(
  where: string,
  parameters: readonly Parameter[],
  update: (value: Tensor, gradient: Tensor, place: number) => Tensor,
): void {
  let updated = 0
  for (const [place, parameter] of parameters.entries()) {
    const old = parameter.value
    const gradient = old.grad
    if (gradient === null) continue
    parameter.value = update(old, gradient, place).toLeaf()
    gradient.release(`${where}.step() used them`)
    old.grad = null
    old.release(`${where}.step() replaced them; the new ones are in parameter.value`)
    updated++
  }
  if (updated > 0) return
  const fact = `none of the ${parameters.length} parameters has a gradient, but at least 1 is wanted`
  throw new Error(explain(where, fact, 'call backward(loss) before each step()'))
}
