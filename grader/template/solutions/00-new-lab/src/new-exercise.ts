/**
 * The mean (x₁ + … + xₙ) / n of a list.
 *
 * @param values at least one number
 * @example newExercise([1, 2, 6]) // 3
 */
export function newExercise(values: readonly number[]): number {
  // SOLUTION(new-exercise): Return the mean of the values.
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
  // END
}
