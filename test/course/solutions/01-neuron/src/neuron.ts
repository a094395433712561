/** A neuron gives each example x the score w·x + b; the sign of the score is its answer. */

/** The two classes. */
export type Label = -1 | 1

/** Given: the dot product a₁b₁ + a₂b₂ + … of two lists of the same length. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0)
}

/**
 * The scores w·x + b of a batch, one per row x of X.
 *
 * @example score([[1, 2], [2, 1]], [3, -2], 1) // [0, 5], because 3·1 − 2·2 + 1 = 0 and 3·2 − 2·1 + 1 = 5
 */
export function score(X: number[][], w: number[], b: number): number[] {
  // SOLUTION(score): Return w·x + b for every row x of X. `dot` is given above.
  return X.map(x => dot(w, x) + b)
  // END
}

/**
 * The class of each score: −1 below zero and +1 elsewhere.
 *
 * @example predict([2.5, -0.1, 0]) // [1, -1, 1]
 */
export function predict(scores: number[]): Label[] {
  // SOLUTION(predict): Return −1 for every score below zero and +1 for every other one.
  return scores.map(s => (s < 0 ? -1 : 1))
  // END
}

/**
 * The share of scores whose class is the label, from 0 to 1.
 *
 * @example accuracy([2, -1], [1, 1]) // 0.5
 */
export function accuracy(scores: number[], labels: Label[]): number {
  // SOLUTION(accuracy): Return how many classes are right, divided by how many there are.
  return predict(scores).filter((label, i) => label === labels[i]).length / labels.length
  // END
}
