import type { Rng } from '@backprop/core'
import * as core from '@backprop/core'

/** Random expressions as data, so that the student's code and core can both compute them. */

/** A leaf, or an operation on earlier steps, by their indices; `pow` also has an exponent. */
export type Step =
  | { readonly op: 'leaf'; readonly value: number }
  | { readonly op: 'add' | 'mul' | 'sub'; readonly of: readonly [number, number] }
  | { readonly op: 'exp' | 'log' | 'tanh' | 'relu'; readonly of: readonly [number] }
  | { readonly op: 'pow'; readonly of: readonly [number]; readonly n: number }

const BINARY = ['add', 'mul', 'sub'] as const
const UNARY = ['exp', 'log', 'tanh', 'relu', 'pow'] as const
const EXPONENTS = [-1, 0.5, 2, 3] as const

/** Far from 0, where some operations have no value, and from numbers that lose digits. */
const isModerate = (value: number) => Math.abs(value) > 0.05 && Math.abs(value) < 50

/** An expression of some leaves and `operations` operations. Any step may be used by none, one or many of the later ones. */
export function randomExpression(rng: Rng, operations: number): Step[] {
  const pick = <T>(list: readonly T[]): T => list[rng.integer(list.length)]
  const leaves = 1 + rng.integer(3)
  const steps: Step[] = Array.from({ length: leaves }, () => ({ op: 'leaf', value: rng.normal() || 1 }))
  const values = steps.map(step => (step.op === 'leaf' ? step.value : NaN))
  while (steps.length < leaves + operations) {
    const [a, b] = [rng.integer(steps.length), rng.integer(steps.length)]
    const step: Step =
      rng.uniform() < 0.5
        ? { op: pick(BINARY), of: [a, b] }
        : ((op): Step => (op === 'pow' ? { op, of: [a], n: pick(EXPONENTS) } : { op, of: [a] }))(pick(UNARY))
    const value = valueOf(step, values)
    // ReLU may answer 0: its gradient is 0 then.
    if (!isModerate(value) && !(step.op === 'relu' && value === 0)) continue
    steps.push(step)
    values.push(value)
  }
  return steps
}

function valueOf(step: Step, values: readonly number[]): number {
  if (step.op === 'leaf') return step.value
  const [a, b] = step.of.map(index => values[index])
  switch (step.op) {
    case 'add':
      return a + b
    case 'sub':
      return a - b
    case 'mul':
      return a * b
    case 'pow':
      return a ** step.n
    case 'relu':
      return Math.max(0, a)
    case 'exp':
    case 'log':
    case 'tanh':
      return Math[step.op](a)
  }
}

/** The value of the last step, and its gradient for each leaf, by core in float64. */
export function byCore(steps: readonly Step[]): { value: number; gradients: number[] } {
  const on = core.plain({ dtype: 'float64' })
  const nodes: core.Tensor[] = []
  for (const step of steps) nodes.push(coreStep(step, nodes, on))
  const last = nodes[nodes.length - 1]
  const leaves = nodes.filter((_, i) => steps[i].op === 'leaf')
  const value = last.dataSync()[0]
  core.backward(last)
  return { value, gradients: leaves.map(leaf => leaf.grad?.dataSync()[0] ?? 0) }
}

function coreStep(step: Step, nodes: readonly core.Tensor[], on: core.Backend): core.Tensor {
  if (step.op === 'leaf') return core.tensor(step.value, { on, requiresGrad: true })
  const [a, b] = step.of.map(index => nodes[index])
  if (step.op !== 'pow') return step.of.length === 2 ? core[step.op as 'add'](a, b) : core[step.op as 'exp'](a)
  const powers: Record<number, () => core.Tensor> = {
    [-1]: () => core.div(1, a),
    0.5: () => core.sqrt(a),
    2: () => core.square(a),
    3: () => core.mul(a, core.square(a)),
  }
  return powers[step.n]()
}
