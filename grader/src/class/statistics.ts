import type { GradedStudent } from './student-result.ts'

/** Statistics about the points of a class. Pure. */

/** How many submissions have a share of the points in each tenth; full marks have their own, eleventh count. */
export function distribution(rows: readonly GradedStudent[]): number[] {
  const counts = Array<number>(11).fill(0)
  for (const { points, maxPoints } of rows) counts[Math.floor((10 * points) / maxPoints)]++
  return counts
}

/** The mean and the median share of the points; null for no submissions. */
export function centre(rows: readonly GradedStudent[]): { mean: number; median: number } | null {
  if (rows.length === 0) return null
  const shares = rows.map(({ points, maxPoints }) => points / maxPoints).sort((a, b) => a - b)
  const half = shares.length >> 1
  const median = shares.length % 2 === 1 ? shares[half] : (shares[half - 1] + shares[half]) / 2
  return { mean: shares.reduce((sum, share) => sum + share, 0) / shares.length, median }
}
