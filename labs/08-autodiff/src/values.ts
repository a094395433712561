import { NotImplemented } from '@backprop/testkit/todo'

/**
 * Reverse-mode differentiation of numbers. Every operation returns a `Value` that remembers what it was computed from,
 * so the values form a graph; `backward` goes through it from the end to the start.
 */

/** A number in a graph: what it was computed from, and how fast it changes with each of that. */
export class Value {
  readonly data: number
  /** The values that it was computed from; none for a leaf, such as a weight or a constant. */
  readonly inputs: readonly Value[]
  /** The derivative of this value with respect to each of its inputs, in the same order. */
  readonly slopes: readonly number[]
  /** The name of the operation, for pictures. */
  readonly op: string
  /** dL/d(this) after `backward(L)`; 0 before. */
  grad = 0

  constructor(data: number, inputs: readonly Value[] = [], slopes: readonly number[] = [], op = '') {
    this.data = data
    this.inputs = inputs
    this.slopes = slopes
    this.op = op
  }

  isLeaf(): boolean {
    return this.inputs.length === 0
  }
}

/** Given: a − b. It grows as fast as a, so its slope to a is 1; it falls as fast as b grows, so its slope to b is −1. */
export function sub(a: Value, b: Value): Value {
  return new Value(a.data - b.data, [a, b], [1, -1], '−')
}

/** Given: the sum of many values, added one after another. Without any values it is 0. */
export function total(values: readonly Value[]): Value {
  let sum = new Value(0)
  for (const value of values) sum = new Value(sum.data + value.data, [sum, value], [1, 1], '+')
  return sum
}

/**
 * a + b.
 *
 * @example add(new Value(2), new Value(3)) // data 5, slopes [1, 1]
 */
export function add(a: Value, b: Value): Value {
  // TODO(local-gradients): Return a new Value; `sub` above shows how. Its slopes say how it changes with a and b.
  throw new NotImplemented('local-gradients')
}

/**
 * a · b.
 *
 * @example mul(new Value(2), new Value(3)) // data 6, slopes [3, 2]
 */
export function mul(a: Value, b: Value): Value {
  // TODO(local-gradients): How fast does a · b grow when a grows and b stays?
  throw new NotImplemented('local-gradients')
}

/**
 * aⁿ, for a number n that isn't part of the graph. a⁰ is 1 for every a, so its slope is 0, even at a = 0.
 *
 * @example pow(new Value(3), 2) // data 9, slopes [6]
 */
export function pow(a: Value, n: number): Value {
  // TODO(local-gradients): The derivative of aⁿ; mind n = 0 at a = 0.
  throw new NotImplemented('local-gradients')
}

/**
 * eᵃ.
 *
 * @example exp(new Value(0)) // data 1, slopes [1]
 */
export function exp(a: Value): Value {
  // TODO(local-gradients): The derivative of eᵃ is a number that you have already computed.
  throw new NotImplemented('local-gradients')
}

/**
 * The natural logarithm of a.
 *
 * @example log(new Value(2)) // data 0.693…, slopes [0.5]
 */
export function log(a: Value): Value {
  // TODO(local-gradients): The derivative of log a.
  throw new NotImplemented('local-gradients')
}

/**
 * The hyperbolic tangent of a, between −1 and 1 for every a, however large.
 *
 * @example tanh(new Value(Math.log(2))) // data 0.6, slopes [0.64]
 */
export function tanh(a: Value): Value {
  // TODO(local-gradients): `Math.tanh` exists; the derivative of y = tanh a is 1 − y².
  throw new NotImplemented('local-gradients')
}

/**
 * The larger of 0 and a. At the kink, a = 0, the slope is 0.
 *
 * @example relu(new Value(3)) // data 3, slopes [1]
 * @example relu(new Value(0)) // data 0, slopes [0]
 */
export function relu(a: Value): Value {
  // TODO(local-gradients): The slope is 1 where a passes through, and 0 elsewhere.
  throw new NotImplemented('local-gradients')
}

/** What `order` can put in order: anything that knows its inputs. A `Value` does, and so does a `Tensor`. */
export interface Computed<N> {
  readonly inputs: readonly N[]
}

/**
 * Everything that `output` was computed from, and `output` itself: each once, and each after all of its inputs.
 *
 * The graph may be deeper than the call stack: a chain of 100,000 operations must work.
 *
 * @returns a list that ends with `output`
 * @example
 * const x = new Value(3)
 * const y = mul(x, x)
 * order(y) // [x, y]
 */
export function order<N extends Computed<N>>(output: N): N[] {
  // TODO(order): Keep your own stack. When does a node come into the list, and when do you only look at its inputs?
  throw new NotImplemented('order')
}

/**
 * Reverse-mode differentiation: sets `grad` of `loss`, and of everything that it was computed from, to dL/d(that).
 *
 * What the loss was not computed from keeps its `grad`, which is 0 at first. A second call starts anew: gradients of an
 * earlier call don't add to it.
 *
 * @example
 * const x = new Value(3)
 * backward(mul(x, x)) // x.grad is 6, because x is used twice: 3 + 3
 */
export function backward(loss: Value): void {
  // TODO(backward): Clear, start with dL/dL, then go through `order(loss)` from its end and pass gradients on.
  throw new NotImplemented('backward')
}
