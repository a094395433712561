import type { Backend, Slot } from './backend.ts'
import { isRecording, scope } from './scope.ts'
import { explain } from './shape.ts'
import type { Shape } from './shape.ts'
import { Tensor } from './tensor.ts'
import type { Gradient } from './tensor.ts'

/** Everything there is to know about an op, in one place. `A` is what it takes beside tensors: an axis, labels. */
export interface OpSpec<N extends Arity, A = void> {
  readonly name: string
  /** How many tensors it takes. */
  readonly arity: N
  /** Shape of the result. The only place where this op checks its inputs. */
  shape(inputs: Per<N, Shape>, attributes: A): Shape
  /** Which kernel does the work; or a composition of other ops, whose intermediates are then released. */
  forward(on: Backend, inputs: Per<N, Tensor>, shape: Shape, attributes: A): Slot | Tensor
  /** Given dL/dy, how to compute dL/dx for each input. A gradient that nobody needs is never computed. */
  backward(dy: Tensor, inputs: Per<N, Tensor>, y: Tensor, attributes: A): Per<N, Gradient>
  /** Calls worth testing, a shape in place of each tensor: gradient-checked, and compared on every backend. */
  readonly examples: readonly [...Per<N, Shape>, ...Rest<A>][]
  /** Where the inputs of the examples are drawn from; `real` unless given. */
  readonly domain?: 'real' | 'positive'
}

export type Arity = 1 | 2 | 3
export type Per<N extends Arity, T> = {
  1: readonly [x: T]
  2: readonly [a: T, b: T]
  3: readonly [a: T, b: T, c: T]
}[N]
/** The attributes as the last argument: absent, optional or required. */
export type Rest<A> = [A] extends [void] ? [] : undefined extends A ? [attributes?: A] : [attributes: A]

/** A tensor, or a plain number that stands for a tensor of shape []. */
export type Operand = Tensor | number

/** A call that tests can make: the shapes that it wants, and the call itself. */
export interface Example {
  readonly text: string
  readonly shapes: readonly Shape[]
  readonly domain: 'real' | 'positive'
  run(inputs: readonly Tensor[]): Tensor
}

export interface Op<N extends Arity, A = void> {
  (...args: [...Per<N, Operand>, ...Rest<A>]): Tensor
  readonly opName: string
  readonly examples: readonly Example[]
}

/** Makes a function out of a description. */
export function defineOp<N extends Arity, A = void>(spec: OpSpec<N, A>): Op<N, A> {
  // The tuple types of `Op` cannot be split by a generic N, so between here and `apply` they are arrays.
  const split = <T>(args: readonly unknown[]) => ({
    inputs: args.slice(0, spec.arity) as readonly T[],
    attributes: args[spec.arity] as A,
  })
  const call = (...args: readonly unknown[]): Tensor => {
    const { inputs, attributes } = split<Operand>(args)
    return apply(spec, inputs, attributes)
  }
  const examples = spec.examples.map((example): Example => {
    const { inputs: shapes, attributes } = split<Shape>(example)
    const text = `${spec.name}(${example.map(part => JSON.stringify(part)).join(', ')})`
    return { text, shapes, domain: spec.domain ?? 'real', run: inputs => apply(spec, inputs, attributes) }
  })
  return Object.assign(call, { opName: spec.name, examples })
}

function apply<N extends Arity, A>(spec: OpSpec<N, A>, operands: readonly Operand[], attributes: A): Tensor {
  const on = commonBackend(spec.name, operands)
  const literals: Tensor[] = []
  const list = operands.map(operand => {
    if (typeof operand !== 'number') return operand
    const literal = new Tensor(on, on.write([operand]), [])
    literals.push(literal)
    return literal
  })
  const inputs = list as unknown as Per<N, Tensor> // as many as the spec says: the type of the op made sure
  const shape = spec.shape(list.map(x => x.shape) as unknown as Per<N, Shape>, attributes)
  const result = scope(
    () => spec.forward(on, inputs, shape, attributes),
    y => (y instanceof Tensor ? [y] : []),
  )
  const slot = result instanceof Tensor ? result.giveAway() : result
  if (!isRecording() || !list.some(x => x.requiresGrad)) {
    for (const literal of literals) literal.release()
    return new Tensor(on, slot, shape)
  }
  const gradients = (dy: Tensor): readonly Gradient[] => spec.backward(dy, inputs, y, attributes)
  const origin = { inputs: list, literals, depth: 1 + Math.max(...list.map(depthOf)), gradients }
  const y = new Tensor(on, slot, shape, { requiresGrad: true, origin })
  return y
}

/** A leaf, and a tensor whose past was forgotten, has depth 0. */
export const depthOf = ({ origin }: Tensor): number => (origin === null || origin === 'used' ? 0 : origin.depth)

function commonBackend(name: string, operands: readonly Operand[]): Backend {
  let on: Backend | undefined
  for (const operand of operands) {
    if (typeof operand === 'number') continue
    if (!(operand instanceof Tensor)) throw new TypeError(notATensor(name, operand))
    on ??= operand.on
    if (operand.on !== on) {
      const fact = `its inputs live on two backends, ${describe(on)} and ${describe(operand.on)}, but one is wanted`
      throw new Error(explain(name, fact, 'make all tensors with the same `on`'))
    }
  }
  if (on) return on
  throw new TypeError(explain(name, 'only plain numbers were given, but at least one tensor is wanted'))
}

function notATensor(name: string, operand: unknown): string {
  const isPromise = operand instanceof Promise
  const what = isPromise
    ? 'a promise'
    : Array.isArray(operand)
      ? 'an array'
      : operand === null
        ? 'null'
        : typeof operand
  const hint = isPromise ? 'an await is missing' : 'tensor(values, { on }) makes one'
  return explain(name, `a tensor or a number is wanted, but an input is ${what}`, hint)
}

const describe = ({ name, dtype }: Backend): string => `${name} (${dtype})`
