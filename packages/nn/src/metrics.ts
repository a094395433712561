import { argmax, checkIndices, dims, explain, type Tensor } from '@backprop/core'

/** A number that says how good the output for a batch is; `fit` and `evaluate` average it over all examples. */
export type Metric<Y> = (output: Tensor, y: Y) => number | Promise<number>

/**
 * The share of examples whose class is right, 0 to 1: logits [N, C] and N labels. Throws `ShapeError`, or `RangeError`
 * if a label is not a class.
 */
export async function accuracy(logits: Tensor, labels: ArrayLike<number>): Promise<number> {
  const { C } = dims('accuracy', 'logits', logits, [labels.length, 'C'], 'one row of scores for each label')
  checkIndices('accuracy', ['label', 'classes'], labels, C, 'logits has one column for each class')
  const found = await argmax(logits)
  return found.reduce((right, label, n) => right + (label === labels[n] ? 1 : 0), 0) / labels.length
}

/** Counts of examples by class (row) and prediction (column), [classes, classes]. Throws `RangeError`. */
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
    const fact = `${what} ${n} is ${label}, but with ${classes} classes it must be an integer from 0 to ${classes - 1}`
    throw new RangeError(explain('confusionMatrix', fact))
  }
  for (let n = 0; n < labels.length; n++) {
    matrix[checked('label', labels[n], n)][checked('prediction', predicted[n], n)]++
  }
  return matrix
}
