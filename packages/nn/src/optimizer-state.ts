import { Tensor, tensor } from '@backprop/core'
import { explain, sameShape, shapeText } from './explain.ts'
import type { Optimizer } from './optimizer.ts'
import type { Parameter } from './parameter.ts'
import type { StoredTensor } from './safetensors/dtypes.ts'

/** What an optimizer remembers: `steps`, and by the place of each parameter what it keeps for it, such as `0.m`. */
export type OptimizerState = ReadonlyMap<string, StoredTensor>

/** An optimizer that can be put away, and taken up again where it was. */
export interface LastingOptimizer extends Optimizer {
  /** All that it remembers, as a copy; `toSafetensors` makes a file of it. */
  save(): Promise<OptimizerState>
  /** Goes on where one was that had the same settings, and parameters of the same shapes. All or nothing. */
  restore(state: OptimizerState): void
}

/** What is kept for one parameter, once it had a gradient. */
export interface Kept<Name extends string> {
  readonly tensors: Readonly<Record<Name, Tensor>>
  /** How many gradients it had. */
  readonly seen: number
}

const count = (n: number): StoredTensor => ({ shape: [], values: Int32Array.of(n) })

export async function packed(steps: number, memory: readonly (Kept<string> | undefined)[]): Promise<OptimizerState> {
  // All reads start at once: whoever goes on training while we wait changes nothing in the state.
  const reads = memory.flatMap((kept, place) =>
    Object.entries(kept?.tensors ?? {}).map(async ([name, value]): Promise<[string, StoredTensor]> => {
      return [`${place}.${name}`, { shape: value.shape, values: await value.data() }]
    }),
  )
  const counts = memory.flatMap((kept, place) => (kept ? [[`${place}.seen`, count(kept.seen)] as const] : []))
  return new Map([['steps', count(steps)], ...counts, ...(await Promise.all(reads))])
}

/** The other way round, with new tensors where the parameters are. Throws before it makes any. */
export function unpacked<Name extends string>(
  where: string,
  state: OptimizerState,
  parameters: readonly Parameter[],
  names: readonly Name[],
): { steps: number; memory: (Kept<Name> | undefined)[] } {
  const refuse = (fact: string): never => {
    const hint = 'it must be the state of such an optimizer, over the same parameters'
    throw new Error(explain(`${where}.restore`, fact, hint))
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
    return refuse(`${found}, but numbers of shape ${shapeText(value.shape)} are wanted`)
  }
  const steps = countOf('steps')
  const found = parameters.map((parameter, place) => {
    if (!state.has(`${place}.seen`)) return undefined
    const values = names.map(name => [name, floatsOf(`${place}.${name}`, parameter)] as const)
    return { values, seen: countOf(`${place}.seen`), parameter }
  })
  const entries = 1 + found.reduce((sum, one) => sum + (one ? one.values.length + 1 : 0), 0)
  if (state.size !== entries) refuse(`the state has ${state.size} entries, but ${entries} fit`)
  const memory = found.map(one => {
    if (one === undefined) return undefined
    const { on, shape } = one.parameter.value
    const tensors = Object.fromEntries(one.values.map(([name, values]) => [name, tensor(values, { on, shape })]))
    return { tensors: tensors as Record<Name, Tensor>, seen: one.seen } // each name is there
  })
  return { steps, memory }
}
