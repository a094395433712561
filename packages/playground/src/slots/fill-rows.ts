import { FEATURES } from '../setup/setup.ts'
import { type Filling, listOf } from './filling.ts'
import type { StudentFunction } from './student-function.ts'

/** Lab 01's `features`: for each point [x₁, x₂] a row of seven numbers. */
export const features: Filling = {
  fill: (functions, student) => ({ ...functions, features: at => featureColumns(student, at) }),
  probe: student => featureColumns(student, Float64Array.of(2, -1, 0, 0.5)),
}

/** `[N, 2]` → `[7, N]` */
function featureColumns(student: StudentFunction, at: Float64Array): Float64Array {
  const n = at.length / 2
  const points = Array.from({ length: n }, (_, i) => [at[2 * i], at[2 * i + 1]])
  const rows = student.rows(n, points)
  const row = new Float64Array(FEATURES.length)
  const columns = new Float64Array(FEATURES.length * n)
  for (let i = 0; i < n; i += 1) {
    student.copy(rows[i], row, 0, row.length, [points[i]])
    for (let f = 0; f < row.length; f += 1) columns[f * n + i] = row[f]
  }
  return columns
}

/** Lab 02's `softmax` along the axis of the classes. */
export const softmax: Filling = {
  fill: (functions, student) => ({
    ...functions,
    softmax(logits, into, n, width) {
      student.numbers(into, n * width, listOf(logits, n * width), [width, n], 0)
    },
  }),
  probe: student => {
    student.numbers(new Float64Array(6), 6, [1, 2, 3, 4, 0, -30], [2, 3], 0)
  },
}
