import { defineOp } from '../op.ts'
import type { Op } from '../op.ts'
import { broadcastShapes } from '../shape.ts'
import { broadcastView } from '../view.ts'
import { sumTo } from './shape-changing.ts'

// The shapes that PyTorch's broadcasting rules distinguish.
const pairs: [number[], number[]][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [
    [4, 1],
    [1, 5],
  ],
  [
    [2, 1, 4],
    [3, 1],
  ],
  [[], [3]],
]
const singles: [number[]][] = [[[3, 4]], [[]]]

export const add: Op<2> = defineOp({
  name: 'add',
  arity: 2,
  shape: ([a, b]) => broadcastShapes('add', a, b),
  forward: (on, [a, b], shape) => on.binary('add', broadcastView(a, shape), broadcastView(b, shape)),
  backward: (dy, [a, b]) => [() => sumTo(dy, a.shape), () => sumTo(dy, b.shape)],
  examples: pairs,
})

export const sub: Op<2> = defineOp({
  name: 'sub',
  arity: 2,
  shape: ([a, b]) => broadcastShapes('sub', a, b),
  forward: (on, [a, b], shape) => on.binary('sub', broadcastView(a, shape), broadcastView(b, shape)),
  backward: (dy, [a, b]) => [() => sumTo(dy, a.shape), () => sumTo(neg(dy), b.shape)],
  examples: pairs,
})

export const mul: Op<2> = defineOp({
  name: 'mul',
  arity: 2,
  shape: ([a, b]) => broadcastShapes('mul', a, b),
  forward: (on, [a, b], shape) => on.binary('mul', broadcastView(a, shape), broadcastView(b, shape)),
  backward: (dy, [a, b]) => [() => sumTo(mul(dy, b), a.shape), () => sumTo(mul(dy, a), b.shape)],
  examples: pairs,
})

export const div: Op<2> = defineOp({
  name: 'div',
  arity: 2,
  shape: ([a, b]) => broadcastShapes('div', a, b),
  forward: (on, [a, b], shape) => on.binary('div', broadcastView(a, shape), broadcastView(b, shape)),
  // d(a/b) = da/b − (a/b) db/b
  backward: (dy, [a, b], y) => [() => sumTo(div(dy, b), a.shape), () => sumTo(neg(div(mul(dy, y), b)), b.shape)],
  examples: pairs,
})

export const neg: Op<1> = defineOp({
  name: 'neg',
  arity: 1,
  shape: ([x]) => x,
  forward: (on, [x]) => on.unary('neg', x),
  backward: dy => [() => neg(dy)],
  examples: singles,
})

export const exp: Op<1> = defineOp({
  name: 'exp',
  arity: 1,
  shape: ([x]) => x,
  forward: (on, [x]) => on.unary('exp', x),
  backward: (dy, _, y) => [() => mul(dy, y)],
  examples: singles,
})

export const log: Op<1> = defineOp({
  name: 'log',
  arity: 1,
  shape: ([x]) => x,
  forward: (on, [x]) => on.unary('log', x),
  backward: (dy, [x]) => [() => div(dy, x)],
  examples: singles,
  domain: 'positive',
})

export const sqrt: Op<1> = defineOp({
  name: 'sqrt',
  arity: 1,
  shape: ([x]) => x,
  forward: (on, [x]) => on.unary('sqrt', x),
  backward: (dy, _, y) => [() => div(dy, mul(y, 2))],
  examples: singles,
  domain: 'positive',
})

export const square: Op<1> = defineOp({
  name: 'square',
  arity: 1,
  shape: ([x]) => x,
  forward: (on, [x]) => on.binary('mul', x, x),
  backward: (dy, [x]) => [() => mul(mul(dy, x), 2)],
  examples: singles,
})

/** max(x, 0); at 0 the gradient is 0. */
export const relu: Op<1> = defineOp({
  name: 'relu',
  arity: 1,
  shape: ([x]) => x,
  forward: (on, [x]) => on.unary('relu', x),
  backward: (dy, _, y) => [() => mul(dy, step(y))],
  examples: singles,
})

/** 1 / (1 + e^−x) */
export const sigmoid: Op<1> = defineOp({
  name: 'sigmoid',
  arity: 1,
  shape: ([x]) => x,
  forward: (on, [x]) => on.unary('sigmoid', x),
  backward: (dy, _, y) => [() => mul(dy, mul(y, sub(1, y)))],
  examples: singles,
})

export const tanh: Op<1> = defineOp({
  name: 'tanh',
  arity: 1,
  shape: ([x]) => x,
  forward: (on, [x]) => on.unary('tanh', x),
  backward: (dy, _, y) => [() => mul(dy, sub(1, square(y)))],
  examples: singles,
})

/** 1 where x > 0, 0 elsewhere; nothing flows back. */
export const step: Op<1> = defineOp({
  name: 'step',
  arity: 1,
  shape: ([x]) => x,
  forward: (on, [x]) => on.unary('step', x),
  backward: () => [null],
  examples: singles,
})
