/** Checks a gradient by trying: it moves each number a little to both sides and sees how the result changes. */

/** What `gradcheck` finds. */
export interface Check {
  /** The gradient by central differences. `[D]` */
  numeric: number[]
  /** The index of the entry with the largest error; the first of several. */
  worst: number
  /** Its error: 0 if right, ∞ if it is not a finite number. */
  error: number
}

/**
 * Compares a gradient with central differences, entry by entry, and names the worst.
 *
 * With h = 1e-5 and f at x, at x with xⱼ + h, and at x with xⱼ − h, an entry j has three slopes: the one to the right,
 * (f(x + h) − f(x)) / h; the one to the left, (f(x) − f(x − h)) / h; and the central difference, their mean. Its error is
 * - 0 if the claimed slope is between the left and the right one;
 * - otherwise its distance from the nearer of these two, divided by the largest number, without its sign, in the claimed
 *   gradient and the central differences;
 * - ∞ if the claimed slope, or one of the measured ones, is NaN, ∞ or −∞. (Such numbers don't count as the largest one.)
 *
 * The left and the right slope of a curve differ by about h · f″, so an error below h · |f″| / 2 counts as 0.
 *
 * @param f a function of a list of numbers; you may call it with any numbers
 * @param x where to compare `[D]`, with D at least 1; not changed
 * @param gradient the claimed ∂f/∂x `[D]`; not changed
 * @throws RangeError if the claimed gradient and x differ in length, or are empty
 * @example gradcheck(([a, b]) => a * a * b, [3, 2], [12, 9]) // { numeric: [12.00…, 9.00…], worst: …, error: 0.000… }
 * @example gradcheck(([a, b]) => a * a * b, [3, 2], [12, 3]) // { numeric: [12.00…, 9.00…], worst: 1, error: 0.5 }
 * @example gradcheck(([a]) => Math.abs(a), [0], [1]) // { numeric: [0], worst: 0, error: 0 }: 1 is the right slope
 */
export function gradcheck(f: (x: number[]) => number, x: number[], gradient: number[]): Check {
  // SOLUTION(gradcheck): Three values of f for each entry give three slopes. Then find the largest error and its index.
  if (x.length !== gradient.length || x.length === 0)
    throw new RangeError(
      `gradcheck: got ${x.length} numbers and ${gradient.length} slopes, expected as many, at least 1.`,
    )
  const h = 1e-5
  const middle = f([...x])
  const sides = x.map((_, j) => {
    const moved = (by: number) => f(x.map((value, k) => (k === j ? value + by : value)))
    return { left: (middle - moved(-h)) / h, right: (moved(h) - middle) / h }
  })
  const numeric = sides.map(({ left, right }) => (left + right) / 2)
  const sizes = [...gradient, ...numeric].filter(Number.isFinite).map(Math.abs)
  const largest = Math.max(...sizes)
  const errors = gradient.map((claimed, j) => {
    const { left, right } = sides[j]
    if (![claimed, left, right].every(Number.isFinite)) return Infinity
    const [low, high] = [Math.min(left, right), Math.max(left, right)]
    const outside = Math.max(0, low - claimed, claimed - high)
    return outside === 0 ? 0 : outside / largest
  })
  const error = Math.max(...errors)
  return { numeric, worst: errors.indexOf(error), error }
  // END
}
