import { tensor } from '../create.ts'
import { dims } from '../dims.ts'
import { defineOp, type Domain, type Op, type Operand } from '../op.ts'
import { explain, type Shape, sizeOf } from '../shape.ts'
import { madeBy, type Tensor } from '../tensor.ts'
import { abs, add, div, exp, gate, log, maximum, mul, neg, relu, sigmoid, square, sub } from './elementwise.ts'
import { checkIndices, gather, oneHot } from './pieces.ts'
import { mean, sum } from './reduce.ts'
import { reshape } from './shape-changing.ts'
import { logSoftmax, softmax } from './softmax.ts'

/** Labels, and how much each example counts. */
export interface WeightedLabels {
  /** Of N examples, from 0 to C − 1. */
  readonly labels: ArrayLike<number>
  /** How much each of the N examples counts, at least 0; 1 unless given. */
  readonly weights?: ArrayLike<number>
  /** Examples with this label don't count, such as the words that were not masked. */
  readonly ignore?: number
  /** Whether to return the loss of each example, times its weight, instead of their mean. */
  readonly each?: boolean
}

const meanCrossEntropy = defineOp<1, ArrayLike<number>>('crossEntropy', 1, {
  shape: ([logits], labels, name) => (checkLabels(name, logits, labels), []),
  forward: (on, [logits], _, labels) =>
    on.fused?.crossEntropy?.(logits, new Int32Array(labels)) ??
    mul(sum(chosen(logSoftmax(logits), labels)), -1 / labels.length),
  backward: (dy, [logits], _, labels) => [() => mul(lossGradient(logits, labels), dy)],
  examples: [[[6, 5], [4, 1, 0, 0, 0, 4]], [[1, 2], [1]]], // prettier-ignore
})

const weightedCrossEntropy = defineOp<1, WeightedLabels>('crossEntropy', 1, {
  shape: ([logits], given, name) => {
    checkLabels(name, logits, counted(given).labels)
    const { weights, total } = counted(given)
    checkWeights(name, weights, given)
    if (given.each) return [weights.length]
    if (total > 0) return []
    throw new RangeError(explain(name, `none of ${weights.length} examples counts, so they have no mean`))
  },
  forward: (on, [logits], _, given) => {
    const { labels, weights, total } = counted(given)
    const w = tensor(weights, { on })
    const losses = mul(gate(neg(chosen(logSoftmax(logits), labels)), w), w) // gate: ∞ · 0 would be NaN
    return given.each ? losses : mul(sum(losses), 1 / total)
  },
  backward: (dy, [logits], _, given) => [
    () => {
      const { labels, weights, total } = counted(given)
      const N = weights.length
      const w = tensor(weights, { on: dy.on, shape: [N, 1] })
      const share = given.each ? mul(reshape(dy, [N, 1]), N) : mul(dy, N / total) // lossGradient divides by N
      return mul(lossGradient(logits, labels), mul(w, share))
    },
  ],
  // prettier-ignore
  examples: [
    [[4, 3], { labels: [2, 0, 1, 2], weights: [1, 0, 2.5, 0.5] }], [[3, 2], { labels: [1, -1, 0], ignore: -1 }],
    [[3, 2], { labels: [1, 0, 0], weights: [2, 1, 1], ignore: 1, each: true }],
  ],
})

/**
 * Mean over N examples of −log softmax(logits)[label]: logits [N, C] and N labels from 0 to C − 1 → []. The gradient is
 * dy (softmax(logits) − oneHot(labels)) / N. With weights w the mean is Σ w loss / Σ w; with `each` it is w loss for
 * each example, [N]. Throws `ShapeError`, or `RangeError` if a label is not a class or no example counts.
 */
export const crossEntropy: Op<1, ArrayLike<number> | WeightedLabels> = Object.assign(
  (logits: Operand, given: ArrayLike<number> | WeightedLabels) =>
    'labels' in given ? weightedCrossEntropy(logits, given) : meanCrossEntropy(logits, given),
  {
    opName: 'crossEntropy',
    examples: [...meanCrossEntropy.examples, ...weightedCrossEntropy.examples],
  },
)

/** The labels, where an ignored one is 0, and the weights, where its weight is 0. */
function counted({ labels, weights, ignore }: WeightedLabels) {
  const isIgnored = (n: number) => ignore !== undefined && labels[n] === ignore
  const all = Float64Array.from({ length: labels.length }, (_, n) => (isIgnored(n) ? 0 : (weights?.[n] ?? 1)))
  const used = Array.from({ length: labels.length }, (_, n) => (isIgnored(n) ? 0 : labels[n]))
  return { labels: used, weights: all, total: all.reduce((sum, w) => sum + w, 0) }
}

function checkWeights(where: string, weights: Float64Array, given: WeightedLabels): void {
  if (given.weights && given.weights.length !== weights.length) {
    const fact = `there are ${given.weights.length} weights, but ${weights.length} labels`
    throw new RangeError(explain(where, fact, 'each example has one weight; for classes, labels.map(c => weights[c])'))
  }
  const wrong = weights.findIndex(w => !(w >= 0 && w < Infinity))
  if (wrong >= 0) throw new RangeError(explain(where, `weight ${wrong} is ${weights[wrong]}, expected at least 0`))
}

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
