import type { Backend } from '../backend.ts'
import { defineOp, type Op } from '../op.ts'
import { axisOf, fromFront, sizeOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { reshapeView } from '../view.ts'
import { exp, log, mul, sub } from './elementwise.ts'
import { max, sum } from './reduce.ts'

const examples: [number[], number?][] = [[[3, 5]], [[3, 5], 0], [[2, 3, 4], 1], [[2, 3, 4]], [[0, 3]]]

/**
 * log softmax(x) = x − log Σ exp(x) along one axis (the last unless given), shifted by max x so that nothing overflows.
 * The gradient is dy − softmax(x) Σ dy. Throws `ShapeError` if x has no such axis.
 */
export const logSoftmax: Op<1, number | undefined> = defineOp('logSoftmax', 1, {
  shape: ([x], axis = -1, name) => (axisOf(name, x, axis), x),
  forward: (on, [x], _, axis = -1) => fusedRows(on, 'logSoftmax', x, axis) ?? shiftedLog(x, axis),
  backward: (dy, _, y, axis = -1) => [() => sub(dy, mul(exp(y), sum(dy, { axis, keepdims: true })))],
  examples,
})

/** exp(x) / Σ exp(x) along one axis (the last unless given); the gradient is y (dy − Σ dy y). Throws `ShapeError`. */
export const softmax: Op<1, number | undefined> = defineOp('softmax', 1, {
  shape: ([x], axis = -1, name) => (axisOf(name, x, axis), x),
  forward: (on, [x], _, axis = -1) => fusedRows(on, 'softmax', x, axis) ?? exp(logSoftmax(x, axis)),
  backward: (dy, _, y, axis = -1) => [() => mul(y, sub(dy, sum(mul(dy, y), { axis, keepdims: true })))],
  examples,
})

function shiftedLog(x: Tensor, axis: number): Tensor {
  const shifted = sub(x, max(x, { axis, keepdims: true }))
  return sub(shifted, log(sum(exp(shifted), { axis, keepdims: true })))
}

function fusedRows(on: Backend, kernel: 'softmax' | 'logSoftmax', x: Tensor, axis: number) {
  const C = x.shape.at(axis) ?? 1
  const isLast = fromFront(x.shape, axis) === x.shape.length - 1
  return isLast ? on.fused?.[kernel]?.(reshapeView(x, [sizeOf(x.shape.slice(0, -1)), C])) : undefined
}
