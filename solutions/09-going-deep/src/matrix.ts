/** Given (there is nothing to write here): matrices as lists of rows, for signals.ts and residual.ts. */

/** A list of one or more rows of equal length, `[rows, columns]`. */
export type Matrix = number[][]

/** The matrix product, `[N, D] · [D, E]` to `[N, E]`. */
export const product = (a: Matrix, b: Matrix): Matrix =>
  a.map(row => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)))

/** Rows become columns, `[N, D]` to `[D, N]`. */
export const transposed = (a: Matrix): Matrix => a[0].map((_, j) => a.map(row => row[j]))

/** The sum, number by number; both `[N, D]`. */
export const sum = (a: Matrix, b: Matrix): Matrix => a.map((row, n) => row.map((value, j) => value + b[n][j]))

/**
 * How large the numbers typically are: the root of their mean square, which is their standard deviation if their mean is
 * 0. `spread([[3, 1]])` is √((9 + 1) / 2) = √5.
 */
export function spread(rows: Matrix): number {
  const values = rows.flat()
  return Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length)
}
