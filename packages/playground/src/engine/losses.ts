import type { Loss } from '../setup/setup.ts'

/** A loss of n examples with `width` outputs each, kept output by output: `[width, n]`. */
export interface LossKernel {
  /** The mean loss of the examples. */
  value(output: Float64Array, target: Float64Array, n: number, width: number): number
  /** into ← ∂J/∂output of the mean loss `[width, n]` */
  gradient(output: Float64Array, target: Float64Array, into: Float64Array, n: number, width: number): void
}

/** ½ (ŷ − y)² */
const squared: LossKernel = {
  value(output, target, n) {
    let sum = 0
    for (let i = 0; i < n; i += 1) sum += (output[i] - target[i]) * (output[i] - target[i])
    return sum / (2 * n)
  },
  gradient(output, target, into, n) {
    for (let i = 0; i < n; i += 1) into[i] = (output[i] - target[i]) / n
  },
}

/** |ŷ − y|, with the slope 0 at its corner */
const absolute: LossKernel = {
  value(output, target, n) {
    let sum = 0
    for (let i = 0; i < n; i += 1) sum += Math.abs(output[i] - target[i])
    return sum / n
  },
  gradient(output, target, into, n) {
    for (let i = 0; i < n; i += 1) into[i] = Math.sign(output[i] - target[i]) / n
  },
}

/** log(1 + e^(−yz)) of a logit z and a class y of −1 or +1 */
const logistic: LossKernel = {
  value(output, target, n) {
    let sum = 0
    for (let i = 0; i < n; i += 1) {
      const margin = output[i] * target[i]
      sum += Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(0, -margin)
    }
    return sum / n
  },
  gradient(output, target, into, n) {
    for (let i = 0; i < n; i += 1) into[i] = -target[i] / (1 + Math.exp(output[i] * target[i])) / n
  },
}

/** −log softmax(z)ᵧ of the logits z of a class y */
const crossEntropy: LossKernel = {
  value(output, target, n, width) {
    let sum = 0
    for (let i = 0; i < n; i += 1) {
      const largest = largestOf(output, i, n, width)
      let total = 0
      for (let j = 0; j < width; j += 1) total += Math.exp(output[j * n + i] - largest)
      sum += Math.log(total) + largest - output[target[i] * n + i]
    }
    return sum / n
  },
  gradient(output, target, into, n, width) {
    softmaxColumns(output, into, n, width)
    for (let i = 0; i < n; i += 1) into[target[i] * n + i] -= 1
    for (let k = 0; k < n * width; k += 1) into[k] /= n
  },
}

function largestOf(output: Float64Array, i: number, n: number, width: number): number {
  let largest = output[i]
  for (let j = 1; j < width; j += 1) if (output[j * n + i] > largest) largest = output[j * n + i]
  return largest
}

/** into ← the probabilities of the classes of each example, from logits. Both `[width, n]` */
export function softmaxColumns(logits: Float64Array, into: Float64Array, n: number, width: number): void {
  for (let i = 0; i < n; i += 1) {
    const largest = largestOf(logits, i, n, width)
    let total = 0
    for (let j = 0; j < width; j += 1) total += into[j * n + i] = Math.exp(logits[j * n + i] - largest)
    for (let j = 0; j < width; j += 1) into[j * n + i] /= total
  }
}

/** Our losses. */
export const LOSS_KERNELS: Readonly<Record<Loss, LossKernel>> = {
  squared,
  absolute,
  logistic,
  'cross-entropy': crossEntropy,
}
