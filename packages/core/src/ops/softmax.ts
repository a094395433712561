import type { Backend } from '../backend.ts'
import { defineOp, type Op } from '../op.ts'
import { axisOf, broadcastShapes, fromFront, misfit, sameShape, shapeText, sizeOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { reshapeView } from '../view.ts'
import { add, exp, gate, log, mul, step, sub } from './elementwise.ts'
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

/**
 * Softmax over the last axis among the places where `mask` > 0, and 0 elsewhere; the mask broadcasts to x, and a row
 * that is hidden as a whole is 0. The gradient is y (dy − Σ dy y), and none for the mask. Throws `ShapeError`.
 */
export const maskedSoftmax: Op<2> = defineOp('maskedSoftmax', 2, {
  shape: ([x, mask], _, name) => {
    axisOf(name, x, -1)
    if (sameShape(broadcastShapes(name, x, mask), x)) return x
    throw misfit(name, `the mask has shape ${shapeText(mask)}, which does not broadcast to that of x, ${shapeText(x)}`)
  },
  forward: (_, [x, mask]) => {
    const hidden = mul(sub(step(mask), 1), LARGE)
    return gate(softmax(add(gate(x, mask), hidden)), mask)
  },
  backward: (dy, _, y) => [() => mul(y, sub(dy, sum(mul(dy, y), { axis: -1, keepdims: true }))), null],
  examples: [[[3, 5], [3, 5]], [[2, 3, 4, 4], [2, 1, 1, 4]], [[2, 3], []]], // prettier-ignore
})
/** More than any score, and less than the largest float32. */
const LARGE = 1e38

function shiftedLog(x: Tensor, axis: number): Tensor {
  const shifted = sub(x, max(x, { axis, keepdims: true }))
  return sub(shifted, log(sum(exp(shifted), { axis, keepdims: true })))
}

function fusedRows(on: Backend, kernel: 'softmax' | 'logSoftmax', x: Tensor, axis: number) {
  const C = x.shape.at(axis) ?? 1
  const isLast = fromFront(x.shape, axis) === x.shape.length - 1
  return isLast ? on.fused?.[kernel]?.(reshapeView(x, [sizeOf(x.shape.slice(0, -1)), C])) : undefined
}
