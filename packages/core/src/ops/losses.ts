import type { Backend } from '../backend.ts'
import { tensor } from '../create.ts'
import { dims } from '../dims.ts'
import { defineOp } from '../op.ts'
import type { Op } from '../op.ts'
import { axisOf, explain } from '../shape.ts'
import type { Shape } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import { exp, log, mul, sub } from './elementwise.ts'
import { max, sum } from './reduce.ts'

/** log softmax(x) = x − log Σ exp(x), along one axis (the last unless given); shifted by max x, so nothing overflows. */
export const logSoftmax: Op<1, number | undefined> = defineOp({
  name: 'logSoftmax',
  arity: 1,
  shape: ([x], axis = -1) => (axisOf('logSoftmax', x, axis), x),
  forward: (_, [x], _shape, axis = -1) => {
    const shifted = sub(x, max(x, { axis, keepdims: true }))
    return sub(shifted, log(sum(exp(shifted), { axis, keepdims: true })))
  },
  // dx = dy − softmax(x) Σ dy
  backward: (dy, _, y, axis = -1) => [() => sub(dy, mul(exp(y), sum(dy, { axis, keepdims: true })))],
  examples: [[[3, 5]], [[3, 5], 0], [[2, 3, 4], 1]],
})

/** exp(x) / Σ exp(x), along one axis (the last unless given). */
export const softmax: Op<1, number | undefined> = defineOp({
  name: 'softmax',
  arity: 1,
  shape: ([x], axis = -1) => (axisOf('softmax', x, axis), x),
  forward: (_, [x], _shape, axis = -1) => exp(logSoftmax(x, axis)),
  // dx = y (dy − Σ dy y)
  backward: (dy, _, y, axis = -1) => [() => mul(y, sub(dy, sum(mul(dy, y), { axis, keepdims: true })))],
  examples: [[[3, 5]], [[3, 5], 0], [[2, 3, 4], 1]],
})

/** Mean over the N examples of −log softmax(logits)[label]: logits [N, C] and N labels from 0 to C − 1 → []. */
export const crossEntropy: Op<1, ArrayLike<number>> = defineOp({
  name: 'crossEntropy',
  arity: 1,
  shape: ([logits], labels) => (checkLabels(logits, labels), []),
  forward: (on, [logits], _, labels) =>
    on.fused?.crossEntropy?.(logits, Int32Array.from(labels)) ?? composedLoss(on, logits, labels),
  backward: (dy, [logits], _, labels) => [() => mul(lossGradient(logits, labels), dy)],
  examples: [
    [
      [6, 5],
      [4, 1, 0, 0, 0, 4],
    ],
    [[1, 2], [1]],
  ],
})

function composedLoss(on: Backend, logits: Tensor, labels: ArrayLike<number>): Tensor {
  const picked = mul(logSoftmax(logits), oneHot(on, labels, logits.shape))
  return mul(sum(picked), -1 / labels.length)
}

/** (softmax(logits) − oneHot(labels)) / N, [N, C] */
function lossGradient(logits: Tensor, labels: ArrayLike<number>): Tensor {
  const { on, shape } = logits
  const slot = on.fused?.crossEntropyGradient?.(logits, Int32Array.from(labels))
  if (slot) return new Tensor(on, slot, shape)
  return mul(sub(softmax(logits), oneHot(on, labels, shape)), 1 / labels.length)
}

function oneHot(on: Backend, labels: ArrayLike<number>, shape: Shape): Tensor {
  const [N, C] = shape
  const values = new Float32Array(N * C)
  for (let n = 0; n < N; n++) values[n * C + labels[n]] = 1
  return tensor(values, { on, shape })
}

function checkLabels(logits: Shape, labels: ArrayLike<number>): void {
  const { N, C } = dims('crossEntropy', 'logits', { shape: logits }, ['N', 'C'], 'one row of scores for each example')
  if (labels.length !== N) {
    const fact = `there are ${labels.length} labels, but logits has ${N} rows`
    throw new RangeError(explain('crossEntropy', fact, 'each row of logits needs one label'))
  }
  for (let n = 0; n < N; n++) {
    const label = labels[n]
    if (Number.isInteger(label) && label >= 0 && label < C) continue
    const fact = `label ${n} is ${label}, but with ${C} classes an integer from 0 to ${C - 1} is wanted`
    throw new RangeError(explain('crossEntropy', fact, 'logits has one column for each class'))
  }
}
