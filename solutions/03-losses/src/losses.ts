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

// SOLUTION
/** The last step of every loss. */
function reduce(losses: readonly number[], reduction: Reduction): number {
  const total = sum(losses)
  return reduction === 'sum' ? total : total / losses.length
}

function checkBinary(label: number): void {
  if (label !== 0 && label !== 1) throw new RangeError(`A label is 0 or 1, not ${label}.`)
}
// END

/**
 * The 0–1 loss: 1 for each wrong answer, 0 for each right one. Its mean is the share of wrong answers.
 *
 * @param answers the predicted classes `[N]`; a class is a whole number, used only as a name
 * @param labels the right classes `[N]`
 * @throws RangeError for lists of different lengths, and for an empty batch
 * @example zeroOne([1, 0, 0], [1, 0, 1]) // 0.333…, one of three is wrong
 */
export function zeroOne(answers: number[], labels: number[], reduction: Reduction = 'mean'): number {
  // SOLUTION(zero-one): Give each answer 1 if it is not the label and 0 if it is, then return the mean or the sum.
  countExamples(answers, labels)
  const losses = labels.map((label, i) => (answers[i] === label ? 0 : 1))
  return reduce(losses, reduction)
  // END
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
  // SOLUTION(mse): Square the error of each example, then return the mean or the sum.
  countExamples(predictions, targets)
  const losses = targets.map((target, i) => (predictions[i] - target) ** 2)
  return reduce(losses, reduction)
  // END
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
  // SOLUTION(mae): Take the absolute value of each example's error, then return the mean or the sum.
  countExamples(predictions, targets)
  const losses = targets.map((target, i) => Math.abs(predictions[i] - target))
  return reduce(losses, reduction)
  // END
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
  // SOLUTION(bce): Reject invalid probabilities and labels. Each example costs minus the logarithm of p or of 1 − p.
  countExamples(probabilities, labels)
  const losses = labels.map((label, i) => {
    const p = probabilities[i]
    checkBinary(label)
    if (!(p >= 0 && p <= 1)) throw new RangeError(`A probability is from 0 to 1, not ${p}: is it a logit?`)
    return -Math.log(label === 1 ? p : 1 - p)
  })
  return reduce(losses, reduction)
  // END
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
  // SOLUTION(bce-with-logits): Each example costs log(1 + exp(−m)) with its margin m, which is z or −z.
  countExamples(logits, labels)
  const losses = labels.map((label, i) => {
    checkBinary(label)
    const margin = label === 1 ? logits[i] : -logits[i]
    // log(1 + e^(−m)) = −m + log(1 + e^m): the exponent is never positive.
    return Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)))
  })
  return reduce(losses, reduction)
  // END
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
  // SOLUTION(cross-entropy): Each row costs the logarithm of the sum of all exp(z), minus the z of the right class.
  countExamples(logits, labels)
  const losses = labels.map((label, i) => {
    const z = logits[i]
    if (!Number.isInteger(label) || label < 0 || label >= z.length)
      throw new RangeError(`A label is a whole number from 0 to ${z.length - 1}, not ${label}.`)
    const top = z.indexOf(Math.max(...z))
    // After the shift, the largest logit's term is e⁰ = 1: log Σ exp(z) = z[top] + log(1 + all the others).
    const others = sum(z.map((value, k) => (k === top ? 0 : Math.exp(value - z[top]))))
    return z[top] - z[label] + Math.log1p(others)
  })
  return reduce(losses, reduction)
  // END
}
