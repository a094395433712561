/** What two curves reveal about a training: the loss on the training set and on the validation set after each epoch. */

/** Learned too little; memorised its examples; or neither. */
export type Verdict = 'underfit' | 'overfit' | 'good'

// SOLUTION
/** The median of every five neighbours. */
const fives = (losses: number[]): number[] =>
  losses.slice(4).map((_, i) => losses.slice(i, i + 5).sort((a, b) => a - b)[2])
// END

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
  // SOLUTION(diagnose): Reject curves that cannot be judged; then compare medians, in the order above.
  if (training.length !== validation.length)
    throw new RangeError(`diagnose: ${training.length} training losses, but ${validation.length} validation losses.`)
  if (training.length < 5) throw new RangeError(`diagnose: expected 5 or more epochs, got ${training.length}.`)
  const bad = [...training, ...validation].find(loss => !Number.isFinite(loss))
  if (bad !== undefined) throw new RangeError(`diagnose: expected finite losses, got ${bad}.`)
  const medians = fives(validation)
  if (fives(training).at(-1)! > guessing / 2) return 'underfit'
  return medians.at(-1)! > 1.2 * Math.min(...medians) ? 'overfit' : 'good'
  // END
}
