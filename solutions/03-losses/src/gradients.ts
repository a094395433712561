import { countExamples, type Reduction } from './losses.ts'

/**
 * The gradient of each loss: how much the loss changes with each single prediction.
 *
 * A gradient has the shape of the predictions. It depends on the reduction: for the mean, every number is 1/N of what
 * it is for the sum. The 0–1 loss has no useful gradient: it is flat, with jumps. The lists are not changed.
 */

/** Given, from lab 02: 1 / (1 + e⁻ᶻ), for any z. */
export function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z))
}

/** Given, from lab 02: exp(zᵢ) / Σₖ exp(zₖ) for one row of any logits. `[K]` → `[K]` */
export function softmax(z: readonly number[]): number[] {
  const largest = Math.max(...z)
  const powers = z.map(value => Math.exp(value - largest))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map(power => power / total)
}

// SOLUTION
/** The number by which each example's gradient is divided. Rejects what the losses reject. */
function divisor(predictions: readonly unknown[], targets: readonly unknown[], reduction: Reduction): number {
  const count = countExamples(predictions, targets)
  return reduction === 'sum' ? 1 : count
}
// END

/**
 * The gradient of `mse` with respect to the predictions.
 *
 * @param predictions `[N]`
 * @param targets `[N]`
 * @returns ∂J/∂prediction `[N]`
 * @throws RangeError for lists of different lengths, and for an empty batch
 * @example mseGradient([150, 170, 210], [160, 170, 180]) // [-6.66…, 0, 20]
 */
export function mseGradient(predictions: number[], targets: number[], reduction: Reduction = 'mean'): number[] {
  // SOLUTION(gradients): What is the derivative of (p − t)² with respect to p? The mean divides it by N.
  const n = divisor(predictions, targets, reduction)
  return targets.map((target, i) => (2 * (predictions[i] - target)) / n)
  // END
}

/**
 * The gradient of `mae` with respect to the predictions. Where prediction and target are equal, |p − t| has a corner
 * and no derivative; by convention we use 0 there.
 *
 * @param predictions `[N]`
 * @param targets `[N]`
 * @returns ∂J/∂prediction `[N]`
 * @throws RangeError for lists of different lengths, and for an empty batch
 * @example maeGradient([150, 170, 210], [160, 170, 180]) // [-0.33…, 0, 0.33…]
 */
export function maeGradient(predictions: number[], targets: number[], reduction: Reduction = 'mean'): number[] {
  // SOLUTION(gradients): |p − t| rises with slope 1 on one side and falls with slope −1 on the other.
  const n = divisor(predictions, targets, reduction)
  return targets.map((target, i) => Math.sign(predictions[i] - target) / n)
  // END
}

/**
 * The gradient of `bce` with respect to the probabilities: of −log p where the label is 1, of −log(1 − p) where it is
 * 0.
 *
 * @param probabilities the predicted probabilities of class 1, each from 0 to 1 `[N]`
 * @param labels the right classes, each 0 or 1 `[N]`
 * @returns ∂J/∂probability `[N]`, finite wherever the loss is
 * @throws RangeError for lists of different lengths, and for an empty batch
 * @example bceGradient([0.5, 0.2], [1, 0], 'sum') // [-2, 1.25]
 */
export function bceGradient(probabilities: number[], labels: number[], reduction: Reduction = 'mean'): number[] {
  // SOLUTION(gradients): Differentiate −log p where the label is 1, and −log(1 − p) where it is 0.
  const n = divisor(probabilities, labels, reduction)
  return labels.map((label, i) => (label === 1 ? -1 / probabilities[i] : 1 / (1 - probabilities[i])) / n)
  // END
}

/**
 * The gradient of `bceWithLogits` with respect to the logits.
 *
 * @param logits any finite numbers `[N]`
 * @param labels the right classes, each 0 or 1 `[N]`
 * @returns ∂J/∂logit `[N]`
 * @throws RangeError for lists of different lengths, and for an empty batch
 * @example bceWithLogitsGradient([0, 1000], [1, 0], 'sum') // [-0.5, 1]
 */
export function bceWithLogitsGradient(logits: number[], labels: number[], reduction: Reduction = 'mean'): number[] {
  // SOLUTION(gradients): Probability minus label. `sigmoid` is given above.
  const n = divisor(logits, labels, reduction)
  return labels.map((label, i) => (sigmoid(logits[i]) - label) / n)
  // END
}

/**
 * The gradient of `crossEntropy` with respect to the logits.
 *
 * @param logits one row of K finite numbers for each example `[N, K]`
 * @param labels the right classes, whole numbers from 0 to K − 1 `[N]`
 * @returns ∂J/∂logit `[N, K]`
 * @throws RangeError for a different number of rows and labels, and for an empty batch
 * @example crossEntropyGradient([[0, 0]], [1]) // [[0.5, -0.5]]
 */
export function crossEntropyGradient(logits: number[][], labels: number[], reduction: Reduction = 'mean'): number[][] {
  // SOLUTION(gradients): Probabilities minus one-hot, row by row. `softmax` is given above.
  const n = divisor(logits, labels, reduction)
  return logits.map((z, i) => softmax(z).map((p, k) => (p - (k === labels[i] ? 1 : 0)) / n))
  // END
}
