import { type Feature, FEATURES } from '../setup/setup.ts'
import { RADIUS } from './points.ts'

/** From the coordinates of N points `[N, 2]` to their seven features, each a column: `[7, N]`. */
export type FeatureColumns = (at: Float64Array) => Float64Array

/** Our features: x₁, x₂, x₁², x₂², x₁x₂, sin x₁, sin x₂. */
export const featureColumns: FeatureColumns = at => {
  const n = at.length / 2
  const columns = new Float64Array(FEATURES.length * n)
  for (let i = 0; i < n; i += 1) {
    const x = at[2 * i]
    const y = at[2 * i + 1]
    columns[i] = x
    columns[n + i] = y
    columns[2 * n + i] = x * x
    columns[3 * n + i] = y * y
    columns[4 * n + i] = x * y
    columns[5 * n + i] = Math.sin(x)
    columns[6 * n + i] = Math.sin(y)
  }
  return columns
}

/** The columns of the chosen features. `[7, N]` → `[features, N]` */
export function chosenColumns(all: Float64Array, chosen: readonly Feature[]): Float64Array {
  const n = all.length / FEATURES.length
  const columns = new Float64Array(chosen.length * n)
  for (const [row, feature] of chosen.entries()) {
    const from = FEATURES.indexOf(feature) * n
    columns.set(all.subarray(from, from + n), row * n)
  }
  return columns
}

/** The middles of the cells of a square grid over [−6, 6]², row by row from the top: x₁, x₂ of each. `[size², 2]` */
export function gridPoints(size: number): Float64Array {
  const at = new Float64Array(2 * size * size)
  const middle = (k: number) => RADIUS * ((2 * k + 1) / size - 1)
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1) {
      at[2 * (row * size + column)] = middle(column)
      at[2 * (row * size + column) + 1] = -middle(row)
    }
  return at
}
