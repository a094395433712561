import type { LayerPlace, Rule } from '../setup/setup.ts'

/** An update rule with its memory, for one run. */
export interface RuleKernel {
  /** θ ← the next parameters, given ∂J/∂θ and η */
  update(theta: Float64Array, gradient: Float64Array, learningRate: number): void
  /** What the rule remembers, to go back to later; null where that can't be read. */
  memory(): RuleMemory | null
  /** Takes up such a memory, if it is one of the same rule. */
  restore(memory: RuleMemory): void
}

/** The lists that a rule keeps, such as Adam's means, and how many steps it took. */
export interface RuleMemory {
  readonly rule: Rule
  readonly lists: readonly Float64Array[]
  readonly steps: number
}

const MOMENTUM = 0.9
const RMSPROP_DECAY = 0.9
const BETA1 = 0.9
const BETA2 = 0.999
const EPSILON = 1e-8

/** One step on all parameters: it may change `lists`. `t` is the number of this step, from 1. */
type Step = (
  theta: Float64Array,
  gradient: Float64Array,
  learningRate: number,
  lists: readonly Float64Array[],
  t: number,
) => void

const sgd: Step = (theta, gradient, learningRate) => {
  for (let i = 0; i < theta.length; i += 1) theta[i] -= learningRate * gradient[i]
}

const momentum: Step = (theta, gradient, learningRate, [u]) => {
  for (let i = 0; i < theta.length; i += 1) {
    u[i] = MOMENTUM * u[i] + gradient[i]
    theta[i] -= learningRate * u[i]
  }
}

const rmsprop: Step = (theta, gradient, learningRate, [v]) => {
  for (let i = 0; i < theta.length; i += 1) {
    v[i] = RMSPROP_DECAY * v[i] + (1 - RMSPROP_DECAY) * gradient[i] * gradient[i]
    theta[i] -= (learningRate * gradient[i]) / (Math.sqrt(v[i]) + EPSILON)
  }
}

const adam: Step = (theta, gradient, learningRate, [m, v], t) => {
  const mScale = 1 / (1 - BETA1 ** t)
  const vScale = 1 / (1 - BETA2 ** t)
  for (let i = 0; i < theta.length; i += 1) {
    m[i] = BETA1 * m[i] + (1 - BETA1) * gradient[i]
    v[i] = BETA2 * v[i] + (1 - BETA2) * gradient[i] * gradient[i]
    theta[i] -= (learningRate * m[i] * mScale) / (Math.sqrt(v[i] * vScale) + EPSILON)
  }
}

const STEPS: Readonly<Record<Rule, { readonly step: Step; readonly lists: number }>> = {
  sgd: { step: sgd, lists: 0 },
  momentum: { step: momentum, lists: 1 },
  rmsprop: { step: rmsprop, lists: 1 },
  adam: { step: adam, lists: 2 },
  adamw: { step: adam, lists: 2 },
}

/** What `ruleKernel` makes a rule for. */
interface Options {
  readonly rule: Rule
  readonly layers: readonly LayerPlace[]
  /** How many parameters there are. */
  readonly count: number
  /** λ of AdamW's decoupled decay, which only weights have; 0 for other rules. */
  readonly decay: number
}

/** Our update rules. AdamW is Adam after a decay that Adam doesn't see: w ← (1 − ηλ) w. */
export function ruleKernel({ rule, layers, count, decay }: Options): RuleKernel {
  const { step, lists: kept } = STEPS[rule]
  let lists = Array.from({ length: kept }, () => new Float64Array(count))
  let steps = 0
  return {
    update(theta, gradient, learningRate) {
      steps += 1
      if (decay > 0) shrinkWeights(theta, layers, 1 - learningRate * decay)
      step(theta, gradient, learningRate, lists, steps)
    },
    memory: () => ({ rule, lists: lists.map(list => list.slice()), steps }),
    restore(memory) {
      if (memory.rule !== rule) return
      lists = memory.lists.map(list => list.slice())
      steps = memory.steps
    },
  }
}

function shrinkWeights(theta: Float64Array, layers: readonly LayerPlace[], factor: number): void {
  for (const { inputs, outputs, weights } of layers)
    for (let i = weights; i < weights + inputs * outputs; i += 1) theta[i] *= factor
}
