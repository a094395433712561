import { NotImplemented } from '@backprop/testkit/todo'

/** What two curves reveal about a training: the loss on the training set and on the validation set after each epoch. */

/** Learned too little; memorised its examples; or neither. */
export type Verdict = 'underfit' | 'overfit' | 'good'

/**
 * Judges a training by its curves.
 *
 * One epoch alone says little, because losses jump around. So the loss _at the end_ is the median of the last five
 * epochs, and the _lowest_ loss is the lowest median of any five epochs in a row.
 *
 * - `'underfit'`: at the end the training loss is still above half of the loss of guessing.
 * - `'overfit'`: otherwise, at the end the validation loss is above 1.2 times its lowest.
 * - `'good'`: neither.
 *
 * @param training the training loss after each epoch, five or more of them; not changed
 * @param validation the validation loss after each epoch, of the same length; not changed
 * @param guessing the loss of a model that has learned nothing: log 10 for ten classes
 * @throws RangeError when there are fewer than five epochs, the lengths differ, or a loss is not finite
 * @example diagnose([1.5, 0.6, 0.3, 0.2, 0.1, 0.1, 0.1], [1.6, 0.8, 0.7, 0.8, 1, 1.2, 1.4], Math.log(10)) // 'overfit'
 */
export function diagnose(training: number[], validation: number[], guessing: number): Verdict {
  // TODO(diagnose): Reject curves that cannot be judged; then compare medians, in the order above.
  throw new NotImplemented('diagnose')
}
