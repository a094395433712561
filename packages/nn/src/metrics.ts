import { argmax, checkIndices, dims, explain } from '@backprop/core'
import type { Tensor } from '@backprop/core'

/** A number that says how good the output for a batch is; it is averaged over all examples. */
export type Metric<Y> = (output: Tensor, y: Y) => number | Promise<number>

/** The share of examples whose class was found, 0 to 1: logits [N, C] and N labels. */
export async function accuracy(logits: Tensor, labels: ArrayLike<number>): Promise<number> {
  const { C } = dims('accuracy', 'logits', logits, [labels.length, 'C'], 'one row of scores for each label')
  checkIndices('accuracy', ['label', 'classes'], labels, C, 'logits has one column for each class')
  const found = await argmax(logits)
  return found.reduce((right, label, n) => right + (label === labels[n] ? 1 : 0), 0) / labels.length
}

/** How often examples of each class were taken for which: row = their class, column = what was predicted. */
export function confusionMatrix(
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  { classes }: { readonly classes: number },
): number[][] {
  if (predicted.length !== labels.length) {
    const fact = `there are ${predicted.length} predictions, but ${labels.length} labels`
    throw new RangeError(explain('confusionMatrix', fact, 'each prediction is compared with one label'))
  }
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  const checked = (what: string, label: number, n: number): number => {
    if (Number.isInteger(label) && label >= 0 && label < classes) return label
    const fact = `${what} ${n} is ${label}, but with ${classes} classes an integer from 0 to ${classes - 1} is wanted`
    throw new RangeError(explain('confusionMatrix', fact))
  }
  for (let n = 0; n < labels.length; n++) {
    matrix[checked('label', labels[n], n)][checked('prediction', predicted[n], n)]++
  }
  return matrix
}
