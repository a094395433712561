import { traced } from './anomaly.ts'
import type { Backend, Slot } from './backend.ts'
import { collect, isRecording, scope, type Scoped } from './scope.ts'
import { explain, type Shape } from './shape.ts'
import { type Gradient, Tensor } from './tensor.ts'

/** Everything about an op in one place. `A` is the type of what it takes besides tensors, such as an axis or labels. */
export interface OpSpec<N extends Arity, A = void> {
  /** Shape of the result. The only place where this op checks its inputs; `opName` is for the errors. */
  shape(inputs: Per<N, Shape>, attributes: A, opName: string): Shape
  /**
   * Which kernel does the work; or a composition of other ops, whose intermediates are then released. What it adds to
   * `kept` stays for `backward`, and is released with the graph.
   */
  forward(on: Backend, inputs: Per<N, Tensor>, shape: Shape, attributes: A, kept: Tensor[]): Slot | Tensor
  /**
   * Given dL/dy, how to compute dL/dx for each input; a gradient that isn't needed is never computed. Leave it out
   * where `forward` composes other ops: their gradients are used then.
   */
  backward?(dy: Tensor, inputs: Per<N, Tensor>, y: Tensor, attributes: A, kept: readonly Tensor[]): Per<N, Gradient>
  /** Calls worth testing, a shape in place of each tensor: gradient-checked, and compared on every backend. */
  readonly examples: readonly [...Arguments<N, Shape>, ...Rest<A>][]
  /** Where the inputs of the examples are drawn from; `real` unless given. */
  readonly domain?: Domain
}

/** `probability` lies between 0 and 1. */
export type Domain = 'real' | 'positive' | 'probability'
/** How many; 'list' is an array of any length. */
export type Arity = 1 | 2 | 3 | 'list'
/** One `T` for each input of an op of arity N. */
export type Per<N extends Arity, T> = {
  1: readonly [x: T]
  2: readonly [a: T, b: T]
  3: readonly [a: T, b: T, c: T]
  list: readonly T[]
}[N]
/** Arguments as a caller writes them. */
type Arguments<N extends Arity, T> = N extends 'list' ? readonly [list: readonly T[]] : Per<N, T>
/** The attributes as the last argument: absent, optional or required. */
export type Rest<A> = [A] extends [void] ? [] : undefined extends A ? [attributes?: A] : [attributes: A]

/** A tensor, or a plain number that stands for a tensor of shape []. */
export type Operand = Tensor | number

/** A call for tests to make: the shapes of its inputs, and the call itself. */
export interface Example {
  readonly text: string
  readonly shapes: readonly Shape[]
  readonly domain: Domain
  run(inputs: readonly Tensor[]): Tensor
}

/** An op: a function of tensors, with the name and the test calls of its description. */
export interface Op<N extends Arity, A = void> {
  (...args: [...Arguments<N, Operand>, ...Rest<A>]): Tensor
  readonly opName: string
  readonly examples: readonly Example[]
}

/** Makes a function from a description; `arity` is the number of tensors that it takes. */
export function defineOp<N extends Arity, A = void>(opName: string, arity: N, spec: OpSpec<N, A>): Op<N, A> {
  // TypeScript cannot split the tuple types of `Op` by a generic N, so from here to `apply` they are arrays.
  const count: number = arity === 'list' ? 1 : arity
  const split = <T>(args: readonly unknown[]) => ({
    inputs: (arity === 'list' ? args[0] : args.slice(0, count)) as readonly T[],
    attributes: args[count] as A,
  })
  const call = (...args: readonly unknown[]): Tensor => {
    const { inputs, attributes } = split<Operand>(args)
    return apply(opName, spec, inputs, attributes)
  }
  const examples = spec.examples.map((example): Example => {
    const { inputs: shapes, attributes } = split<Shape>(example)
    const text = `${opName}(${example.map(part => JSON.stringify(part)).join(', ')})`
    return { text, shapes, domain: spec.domain ?? 'real', run: inputs => apply(opName, spec, inputs, attributes) }
  })
  return Object.assign(call, { opName, examples })
}

function apply<N extends Arity, A>(opName: string, spec: OpSpec<N, A>, operands: readonly Operand[], attributes: A) {
  const on = commonBackend(opName, operands)
  const owned: Scoped[] = []
  const list = operands.map(operand => {
    if (typeof operand !== 'number') return operand
    const literal = new Tensor(on, on.write([operand]), [])
    owned.push(literal)
    return literal
  })
  const inputs = list as unknown as Per<N, Tensor> // the type of the op ensures that there are N
  const shape = spec.shape(list.map(x => x.shape) as unknown as Per<N, Shape>, attributes, opName)
  return traced(opName, list, () => {
    const kept: Tensor[] = []
    const forward = () => spec.forward(on, inputs, shape, attributes, kept)
    const isRemembered = isRecording() && list.some(x => x.requiresGrad)
    if (isRemembered && !spec.backward) {
      const [y, made] = collect(() => forward() as Tensor)
      // The graph releases what a gradient flows through; nothing else holds the rest.
      return owning(y, [...owned, ...made.filter(one => !one.requiresGrad)])
    }
    const result = scope(forward, y => new Set<unknown>([y, ...kept]))
    const slot = result instanceof Tensor ? result.giveAway() : result
    owned.push(...kept)
    if (!isRemembered) return owning(new Tensor(on, slot, shape), owned)
    const gradients = (dy: Tensor): readonly Gradient[] => spec.backward?.(dy, inputs, y, attributes, kept) ?? []
    const origin = { opName, inputs: list, owned, depth: 1 + Math.max(...list.map(depthOf)), gradients }
    const y = new Tensor(on, slot, shape, { requiresGrad: true, origin })
    return y
  })
}

/** Hands tensors that nothing else holds to the graph of `y`; without a graph they are released at once. */
export function owning(y: Tensor, owned: readonly Scoped[]): Tensor {
  if (y.origin !== null && y.origin !== 'used') y.origin.owned.push(...owned)
  else for (const one of owned) one.release('the op that made them released them')
  return y
}

/** 0 for a leaf, and for a tensor whose graph was used up. */
export const depthOf = ({ origin }: Tensor): number => (origin === null || origin === 'used' ? 0 : origin.depth)

function commonBackend(name: string, operands: readonly Operand[]): Backend {
  let on: Backend | undefined
  for (const operand of operands) {
    if (typeof operand === 'number') continue
    if (!(operand instanceof Tensor)) throw new TypeError(notATensor(name, operand))
    on ??= operand.on
    if (operand.on !== on) {
      const two = [on, operand.on].map(one => `${one.name} (${one.dtype})`).join(' and ')
      const fact = `its inputs live on two backends, ${two}; they must share one`
      throw new Error(explain(name, fact, 'make all tensors with the same `on`'))
    }
  }
  if (on) return on
  const given = operands.length > 0 ? 'only plain numbers were' : 'nothing was'
  throw new TypeError(explain(name, `${given} given, expected at least one tensor`))
}

function notATensor(name: string, operand: unknown): string {
  const fact = 'expected tensors or numbers, got'
  if (operand instanceof Promise) return explain(name, `${fact} a promise`, 'an await is missing')
  const what = Array.isArray(operand) ? 'an array' : operand === null ? 'null' : typeof operand
  return explain(name, `${fact} ${what}`, 'tensor(values, { on }) makes one')
}
