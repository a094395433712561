import { NotImplemented } from '@backprop/testkit/todo'

/**
 * Losses: one number that says how wrong the answers to a batch of N examples are.
 *
 * Each loss first assigns every example a number, 0 or more, then takes their mean or their sum. All logarithms are
 * natural. A batch has at least one example, and as many targets as predictions; anything else is rejected with an
 * error, and so are invalid targets. The lists are not changed.
 */

/** What happens to the losses of the N examples: their mean, or their sum. */
export type Reduction = 'mean' | 'sum'

/** Given: the number N of examples. Throws when the two lists differ in length, or when they are empty. */
export function countExamples(predictions: readonly unknown[], targets: readonly unknown[]): number {
  if (predictions.length !== targets.length)
    throw new RangeError(`There are ${predictions.length} predictions, but ${targets.length} targets: each needs one.`)
  if (targets.length === 0) throw new RangeError('There are no examples, and an empty list has no mean.')
  return targets.length
}

/** Given: the sum of a list of numbers. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/**
 * The 0–1 loss: 1 for each wrong answer, 0 for each right one. Its mean is the share of wrong answers.
 *
 * @param answers the predicted classes `[N]`; a class is a whole number, used only as a name
 * @param labels the right classes `[N]`
 * @throws RangeError for lists of different lengths, and for an empty batch
 * @example zeroOne([1, 0, 0], [1, 0, 1]) // 0.333…, one of three is wrong
 */
export function zeroOne(answers: number[], labels: number[], reduction: Reduction = 'mean'): number {
  // TODO(zero-one): Give each answer 1 if it is not the label and 0 if it is, then return the mean or the sum.
  throw new NotImplemented('zero-one')
}

/**
 * The squared error (prediction − target)².
 *
 * @param predictions the predicted values, in some unit `[N]`; not changed
 * @param targets the correct values, in the same unit `[N]`
 * @returns the mean or the sum, in that unit squared
 * @throws RangeError for lists of different lengths, and for an empty batch
 * @example mse([150, 170, 210], [160, 170, 180]) // 333.33…, the mean of 100, 0 and 900
 */
export function mse(predictions: number[], targets: number[], reduction: Reduction = 'mean'): number {
  // TODO(mse): Square the error of each example, then return the mean or the sum.
  throw new NotImplemented('mse')
}

/**
 * The absolute error |prediction − target|.
 *
 * @param predictions the predicted values, in some unit `[N]`; not changed
 * @param targets the correct values, in the same unit `[N]`
 * @returns the mean or the sum, in that unit
 * @throws RangeError for lists of different lengths, and for an empty batch
 * @example mae([150, 170, 210], [160, 170, 180]) // 13.33…, the mean of 10, 0 and 30
 */
export function mae(predictions: number[], targets: number[], reduction: Reduction = 'mean'): number {
  // TODO(mae): Take the absolute value of each example's error, then return the mean or the sum.
  throw new NotImplemented('mae')
}

/**
 * Binary cross-entropy −[y log p + (1 − y) log(1 − p)]: minus the logarithm of the probability of the right class.
 *
 * Being certain and right costs nothing: p = 0 costs exactly 0 where y = 0, and so does p = 1 where y = 1.
 * Being certain and wrong costs `Infinity`.
 *
 * @param probabilities the predicted probabilities of class 1, each from 0 to 1 `[N]`
 * @param labels the right classes, each 0 or 1 `[N]`
 * @throws RangeError for lists of different lengths, an empty batch, a probability that is not from 0 to 1 (including
 *   NaN), and a label that is neither 0 nor 1
 * @example bce([0.9, 0.2, 0.25], [1, 0, 1]) // 0.5716, the mean of 0.105, 0.223 and 1.386
 */
export function bce(probabilities: number[], labels: number[], reduction: Reduction = 'mean'): number {
  // TODO(bce): Reject invalid probabilities and labels. Each example costs minus the logarithm of p or of 1 − p.
  throw new NotImplemented('bce')
}

/**
 * Binary cross-entropy of logits: `bce` of the probabilities σ(z) = 1 / (1 + e⁻ᶻ), without ever computing them.
 * Right to nine digits for every z, whether the loss is as large as 1000 or as small as 1e-13.
 *
 * @param logits any finite numbers z; positive favours class 1, negative favours class 0 `[N]`
 * @param labels the right classes, each 0 or 1 `[N]`
 * @throws RangeError for lists of different lengths, an empty batch, and a label that is neither 0 nor 1
 * @example bceWithLogits([0, 3, 1000], [1, 1, 0]) // 333.58…, the mean of log 2 = 0.693, 0.0486 and 1000
 */
export function bceWithLogits(logits: number[], labels: number[], reduction: Reduction = 'mean'): number {
  // TODO(bce-with-logits): Each example costs log(1 + exp(−m)) with its margin m, which is z or −z.
  throw new NotImplemented('bce-with-logits')
}

/**
 * Softmax cross-entropy: minus the logarithm of the probability of the right class, −log(exp(zᵧ) / Σₖ exp(zₖ)).
 * Right to nine digits for any logits, whether the loss is as large as 1000 or as small as 1e-13.
 *
 * @param logits one row of K finite numbers for each example `[N, K]`; not changed
 * @param labels the right classes, whole numbers from 0 to K − 1 `[N]`
 * @throws RangeError for a different number of rows and labels, an empty batch, and an invalid label
 * @example crossEntropy([[2, 1, 0], [2, 1, 0]], [0, 2]) // 1.4076, the mean of 0.408 and 2.408
 */
export function crossEntropy(logits: number[][], labels: number[], reduction: Reduction = 'mean'): number {
  // TODO(cross-entropy): Each row costs the logarithm of the sum of all exp(z), minus the z of the right class.
  throw new NotImplemented('cross-entropy')
}
