import { dims } from '../dims.ts'
import { defineOp, type Op } from '../op.ts'
import { explain, sizeOf, type Shape } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import { abs, add, div, exp, log, maximum, mul, neg, relu, sigmoid, square, sub } from './elementwise.ts'
import { checkIndices, oneHot } from './pieces.ts'
import { mean, sum } from './reduce.ts'
import { logSoftmax, softmax } from './softmax.ts'

/** Mean over the N examples of −log softmax(logits)[label]: logits [N, C] and N labels from 0 to C − 1 → []. */
export const crossEntropy: Op<1, ArrayLike<number>> = defineOp('crossEntropy', 1, {
  shape: ([logits], labels) => (checkLabels(logits, labels), []),
  forward: (on, [logits], _, labels) =>
    on.fused?.crossEntropy?.(logits, Int32Array.from(labels)) ??
    mul(sum(mul(logSoftmax(logits), oneHot(labels, logits.shape[1], logits))), -1 / labels.length),
  backward: (dy, [logits], _, labels) => [() => mul(lossGradient(logits, labels), dy)],
  examples: [[[6, 5], [4, 1, 0, 0, 0, 4]], [[1, 2], [1]]], // prettier-ignore
})

/** (softmax(logits) − oneHot(labels)) / N, [N, C] */
function lossGradient(logits: Tensor, labels: ArrayLike<number>): Tensor {
  const { on, shape } = logits
  const slot = on.fused?.crossEntropyGradient?.(logits, Int32Array.from(labels))
  if (slot) return new Tensor(on, slot, shape)
  return mul(sub(softmax(logits), oneHot(labels, shape[1], logits)), 1 / labels.length)
}

function checkLabels(logits: Shape, labels: ArrayLike<number>): void {
  const { N, C } = dims('crossEntropy', 'logits', { shape: logits }, ['N', 'C'], 'one row of scores for each example')
  if (labels.length !== N) {
    const fact = `there are ${labels.length} labels, but logits has ${N} rows`
    throw new RangeError(explain('crossEntropy', fact, 'each row of logits needs one label'))
  }
  checkIndices('crossEntropy', ['label', 'classes'], labels, C, 'logits has one column for each class')
}

// Broadcasting would turn [N, 1] − [N] into [N, N]: losses want two equal shapes.
function alike(name: string, [x, targets]: readonly [Shape, Shape]): Shape {
  dims(name, 'targets', { shape: targets }, x, 'there is one target for each number')
  return []
}
const examples: [number[], number[]][] = [[[3, 2], [3, 2]], [[4], [4]]] // prettier-ignore

const loss = (name: string, compute: (x: Tensor, targets: Tensor) => Tensor): Op<2> =>
  defineOp(name, 2, {
    shape: shapes => alike(name, shapes),
    forward: (_, [x, targets]) => compute(x, targets),
    examples,
  })
/** Mean of (x − target)² */
export const mse: Op<2> = loss('mse', (x, targets) => mean(square(sub(x, targets))))
/** Mean of |x − target|; where they are equal the gradient is 0. */
export const mae: Op<2> = loss('mae', (x, targets) => mean(abs(sub(x, targets))))

/** Mean of −t log p − (1 − t) log(1 − p), where p are probabilities. As in PyTorch, no logarithm is below −100. */
export const bce: Op<2> = defineOp('bce', 2, {
  shape: shapes => alike('bce', shapes),
  forward: (_, [p, t]) => neg(mean(add(mul(t, boundedLog(p)), mul(sub(1, t), boundedLog(sub(1, p)))))),
  // dp = (p − t) / (p (1 − p)), dt = log(1 − p) − log p
  backward: (dy, [p, t]) => [
    () => mul(div(sub(p, t), maximum(mul(p, sub(1, p)), 1e-12)), mul(dy, 1 / sizeOf(p.shape))),
    () => mul(sub(boundedLog(sub(1, p)), boundedLog(p)), mul(dy, 1 / sizeOf(p.shape))),
  ],
  examples,
  domain: 'probability',
})

const boundedLog = (x: Tensor): Tensor => maximum(log(x), -100)

/** The same of p = σ(x), without overflow: mean of max(x, 0) − x t + log(1 + exp(−|x|)). */
export const bceWithLogits: Op<2> = defineOp('bceWithLogits', 2, {
  shape: shapes => alike('bceWithLogits', shapes),
  forward: (_, [x, t]) => mean(add(sub(relu(x), mul(x, t)), log(add(exp(neg(abs(x))), 1)))),
  // dx = σ(x) − t, dt = −x
  backward: (dy, [x, t]) => [
    () => mul(sub(sigmoid(x), t), mul(dy, 1 / sizeOf(x.shape))),
    () => mul(x, mul(dy, -1 / sizeOf(x.shape))),
  ],
  examples,
})
