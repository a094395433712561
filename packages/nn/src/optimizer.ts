import { add, explain, mul, sameShape, shapeText, type Tensor, tensor } from '@backprop/core'
import type { Parameter } from './parameter.ts'
import type { StoredTensor } from './safetensors/dtypes.ts'
import { type Schedule, scheduleOf } from './schedule.ts'

/** What `parameters(model)` returns, or any list of parameters. */
export type Parameters = ReadonlyMap<string, Parameter> | Iterable<Parameter>

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** η: how far a step goes; a schedule gives one for each step. */
  readonly learningRate: number | Schedule
  /** λ: adds the gradient of λ/2 Σ w² to that of the loss, which pulls weights towards 0 (L2). */
  readonly weightDecay?: number
}

/** The state of an optimizer by name: `steps`, and for the i-th parameter `i.seen` and tensors such as `i.m`. */
export type OptimizerState = ReadonlyMap<string, StoredTensor>

/** Tensors that an optimizer remembers of one parameter, each of the parameter's shape. */
export type Memory<Name extends string> = Readonly<Record<Name, Tensor>>

/** One parameter's share of a step. */
export interface Update<Name extends string> {
  readonly value: Tensor
  readonly gradient: Tensor
  /** What the last step of this parameter returned; `undefined` in its first step. */
  readonly memory: Memory<Name> | undefined
  readonly learningRate: number
  /** Counts the gradients of this parameter, this one included. */
  readonly step: number
}

/** Changes parameters so that the loss gets smaller. A subclass is the rule for one parameter; the rest is here. */
export abstract class Optimizer<Name extends string = string> {
  readonly #name: string
  readonly #parameters: readonly Parameter[]
  readonly #learningRateAt: Schedule
  readonly #memoryNames: readonly Name[]
  #kept: (Kept<Name> | undefined)[] = []
  #steps = 0

  /**
   * `memoryNames` are the tensors that `update` keeps. Throws `RangeError` if the learning rate is negative or not
   * finite.
   */
  constructor(name: string, parameters: Parameters, rate: number | Schedule, memoryNames: readonly Name[]) {
    this.#name = name
    this.#parameters = listOf(parameters)
    this.#learningRateAt = scheduleOf(name, rate)
    this.#memoryNames = memoryNames
  }

  /** The next value of one parameter, and what to remember of it. */
  protected abstract update(update: Update<Name>): { readonly value: Tensor; readonly memory?: Memory<Name> }

  /** Replaces the value of each parameter that has a gradient, and clears the gradient. Throws if none has one. */
  step(): void {
    const learningRate = this.#learningRateAt(this.#steps)
    let updated = 0
    for (const [i, parameter] of this.#parameters.entries()) {
      const { value: old } = parameter
      const { grad: gradient } = old
      if (gradient === null) continue
      const { memory, seen = 0 } = this.#kept.at(i) ?? {}
      const next = this.update({ value: old, gradient, memory, learningRate, step: seen + 1 })
      if (next.memory) this.#kept[i] = { memory: next.memory, seen: seen + 1 }
      release(memory)
      parameter.value = next.value.toLeaf()
      gradient.release(`${this.#name}.step() used them`)
      old.grad = null
      old.release(`${this.#name}.step() replaced them; the new ones are in parameter.value`)
      updated++
    }
    if (updated === 0) {
      const fact = `none of the ${this.#parameters.length} parameters has a gradient, expected at least 1`
      throw new Error(explain(this.#name, fact, 'call backward(loss) before each step()'))
    }
    this.#steps++
  }

  /** A copy of all that it remembers; `toSafetensors` makes a file of it. */
  async save(): Promise<OptimizerState> {
    // All reads start now, so training that continues meanwhile does not change the copy.
    const reads = this.#kept.flatMap((kept, i) =>
      Object.entries<Tensor>(kept?.memory ?? {}).map(async ([name, value]): Promise<[string, StoredTensor]> => {
        return [`${i}.${name}`, { shape: value.shape, values: await value.data() }]
      }),
    )
    const counts = this.#kept.flatMap((kept, i) => (kept ? [[`${i}.seen`, scalar(kept.seen)] as const] : []))
    return new Map([['steps', scalar(this.#steps)], ...counts, ...(await Promise.all(reads))])
  }

  /**
   * Continues from the state of an optimizer with the same settings and parameters of the same shapes. Throws, and
   * changes nothing, if the state does not fit.
   */
  restore(state: OptimizerState): void {
    const { steps, kept } = unpack(`${this.#name}.restore`, state, this.#parameters, this.#memoryNames)
    for (const old of this.#kept) release(old?.memory)
    this.#kept = kept
    this.#steps = steps
  }
}

/** The memory of one parameter, once it had a gradient. */
interface Kept<Name extends string> {
  readonly memory: Memory<Name>
  /** How many gradients it had. */
  readonly seen: number
}

/** The parameters in order, without their names. */
export const listOf = (parameters: Parameters): Parameter[] => [
  ...(parameters instanceof Map
    ? (parameters as ReadonlyMap<string, Parameter>).values()
    : (parameters as Iterable<Parameter>)),
]

/** g + λ w. Call it under `noGrad`, which releases what it makes. */
export const withDecay = (gradient: Tensor, value: Tensor, weightDecay: number): Tensor =>
  weightDecay === 0 ? gradient : add(gradient, mul(value, weightDecay))

const scalar = (n: number): StoredTensor => ({ shape: [], values: Int32Array.of(n) })

const release = (memory: Memory<string> | undefined): void => {
  for (const one of Object.values(memory ?? {})) one.release()
}

/** Reads a state, and makes its tensors where the parameters are. Throws before it makes any. */
function unpack<Name extends string>(
  where: string,
  state: OptimizerState,
  parameters: readonly Parameter[],
  names: readonly Name[],
): { steps: number; kept: (Kept<Name> | undefined)[] } {
  const refuse = (fact: string): never => {
    throw new Error(explain(where, fact, 'it must be the state of such an optimizer, over the same parameters'))
  }
  const countOf = (name: string): number => {
    const values = state.get(name)?.values
    return values instanceof Int32Array && values.length === 1 ? values[0] : refuse(`the state has no count "${name}"`)
  }
  const floatsOf = (name: string, { value }: Parameter): Float32Array | Float64Array => {
    const { shape, values } = state.get(name) ?? refuse(`the state lacks "${name}"`)
    const fits = sameShape(shape, value.shape)
    if (fits && (values instanceof Float32Array || values instanceof Float64Array)) return values
    const found = `"${name}" holds ${values.constructor.name} of shape ${shapeText(shape)}`
    return refuse(`${found}, expected floats of shape ${shapeText(value.shape)}`)
  }
  const steps = countOf('steps')
  const found = parameters.map((parameter, i) => {
    if (!state.has(`${i}.seen`)) return undefined
    const values = names.map(name => [name, floatsOf(`${i}.${name}`, parameter)] as const)
    return { values, seen: countOf(`${i}.seen`), parameter }
  })
  const entries = 1 + found.reduce((sum, one) => sum + (one ? one.values.length + 1 : 0), 0)
  if (state.size !== entries) refuse(`the state has ${state.size} entries, expected ${entries}`)
  const kept = found.map(one => {
    if (one === undefined) return undefined
    const { on, shape } = one.parameter.value
    const memory = Object.fromEntries(one.values.map(([name, values]) => [name, tensor(values, { on, shape })]))
    return { memory: memory as Record<Name, Tensor>, seen: one.seen } // each name is there
  })
  return { steps, kept }
}
