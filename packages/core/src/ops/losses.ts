import { dims } from '../dims.ts'
import { defineOp, type Domain, type Op } from '../op.ts'
import { explain, type Shape, sizeOf } from '../shape.ts'
import { madeBy, type Tensor } from '../tensor.ts'
import { abs, add, div, exp, log, maximum, mul, neg, relu, sigmoid, square, sub } from './elementwise.ts'
import { checkIndices, gather, oneHot } from './pieces.ts'
import { mean, sum } from './reduce.ts'
import { reshape } from './shape-changing.ts'
import { logSoftmax, softmax } from './softmax.ts'

/**
 * Mean over N examples of −log softmax(logits)[label]: logits [N, C] and N labels from 0 to C − 1 → []. The gradient is
 * dy (softmax(logits) − oneHot(labels)) / N. Throws `ShapeError`, or `RangeError` if a label is not a class.
 */
export const crossEntropy: Op<1, ArrayLike<number>> = defineOp('crossEntropy', 1, {
  shape: ([logits], labels, name) => (checkLabels(name, logits, labels), []),
  forward: (on, [logits], _, labels) =>
    on.fused?.crossEntropy?.(logits, new Int32Array(labels)) ??
    mul(sum(chosen(logSoftmax(logits), labels)), -1 / labels.length),
  backward: (dy, [logits], _, labels) => [() => mul(lossGradient(logits, labels), dy)],
  examples: [[[6, 5], [4, 1, 0, 0, 0, 4]], [[1, 2], [1]]], // prettier-ignore
})

/** The number at its label from each row of [N, C]; a product with oneHot would make NaN of 0 · −∞. */
function chosen(rows: Tensor, labels: ArrayLike<number>): Tensor {
  const [N, C] = rows.shape
  const indices = Int32Array.from(labels, (label, n) => n * C + label)
  return gather(reshape(rows, [N * C]), { indices })
}

/** (softmax(logits) − oneHot(labels)) / N, [N, C] */
function lossGradient(logits: Tensor, labels: ArrayLike<number>): Tensor {
  const { on, shape } = logits
  return (
    madeBy(on, on.fused?.crossEntropyGradient?.(logits, new Int32Array(labels)), shape) ??
    mul(sub(softmax(logits), oneHot(labels, shape[1], logits)), 1 / labels.length)
  )
}

function checkLabels(where: string, logits: Shape, labels: ArrayLike<number>): void {
  const { N, C } = dims(where, 'logits', { shape: logits }, ['N', 'C'], 'one row of scores for each example')
  if (labels.length !== N) {
    const fact = `there are ${labels.length} labels, but logits has ${N} rows`
    throw new RangeError(explain(where, fact, 'each row of logits needs one label'))
  }
  checkIndices(where, ['label', 'classes'], labels, C, 'logits has one column for each class')
}

/**
 * The mean over all numbers. `gradients` are dx and dt of the sum, for a loss where those of its ops would overflow.
 */
const loss = (name: string, compute: Pair<Tensor>, gradients?: Pair<readonly Gradient[]>, domain?: Domain): Op<2> =>
  defineOp(name, 2, {
    // Broadcasting would turn [N, 1] − [N] into [N, N], so the two shapes must be equal.
    shape: ([x, targets]) => (dims(name, 'targets', { shape: targets }, x, 'there is one target for each number'), []),
    forward: (_, [x, t]) => mean(compute(x, t)),
    backward:
      gradients &&
      ((dy, [x, t]) => {
        const [dx, dt] = gradients(x, t).map(part => () => mul(part(), mul(dy, 1 / sizeOf(x.shape))))
        return [dx, dt]
      }),
    examples: [[[3, 2], [3, 2]], [[4], [4]]], // prettier-ignore
    domain,
  })
type Pair<T> = (x: Tensor, t: Tensor) => T
type Gradient = () => Tensor

/** Mean squared error, the mean of (x − target)²: two tensors of one shape → []. Throws `ShapeError`. */
export const mse: Op<2> = loss('mse', (x, t) => square(sub(x, t)))
/** Mean absolute error, the mean of |x − target|; the gradient is 0 where they are equal. Throws `ShapeError`. */
export const mae: Op<2> = loss('mae', (x, t) => abs(sub(x, t)))

/**
 * Binary cross-entropy: mean of −t log p − (1 − t) log(1 − p) for probabilities p and targets t of one shape → [].
 * Throws `ShapeError`. As in PyTorch, no logarithm is below −100, and p (1 − p) in the gradient is at least 1e-12.
 */
export const bce: Op<2> = loss(
  'bce',
  (p, t) => neg(add(mul(t, boundedLog(p)), mul(sub(1, t), boundedLog(sub(1, p))))),
  (p, t) => [
    () => div(sub(p, t), maximum(mul(p, sub(1, p)), 1e-12)), // (p − t) / (p (1 − p))
    () => sub(boundedLog(sub(1, p)), boundedLog(p)),
  ],
  'probability',
)
const boundedLog = (x: Tensor): Tensor => maximum(log(x), -100)

/**
 * `bce` of p = σ(x), without overflow: mean of max(x, 0) − x t + log(1 + exp(−|x|)); the gradient is (σ(x) − t) / n.
 */
export const bceWithLogits: Op<2> = loss(
  'bceWithLogits',
  (x, t) => add(sub(relu(x), mul(x, t)), log(add(exp(neg(abs(x))), 1))),
  (x, t) => [() => sub(sigmoid(x), t), () => neg(x)],
)
