import type { Chart } from '../chart.ts'
import { fail, type Rows, rows, sameLength } from '../check.ts'
import { counted, inWords, percent } from '../numbers.ts'

/** What `confusionMatrix` draws. */
export interface ConfusionMatrixOptions {
  readonly title?: string
  readonly description?: string
  /** Row = class, column = prediction. `[C, C]`, whole numbers */
  readonly counts: Rows
  /** The names of the classes; 0, 1, 2, … unless given. `[C]` */
  readonly names?: readonly string[]
}

/**
 * Counts of examples by class and prediction. Right answers, on the diagonal, are darker the larger their share of the
 * row; mistakes are darker the more frequent they are among the mistakes.
 *
 * @throws RangeError if the table is not square or holds something other than counts
 * @example confusionMatrix({ counts: [[50, 2], [3, 45]], names: ['cat', 'dog'] })
 */
export function confusionMatrix(options: ConfusionMatrixOptions): Chart {
  const where = 'confusionMatrix'
  const counts = rows(where, options.counts).map(row => Array.from(row))
  if (counts.length === 0) fail(where, 'the table is empty, expected a row and a column for each class')
  counts.forEach((row, i) => {
    if (row.length !== counts.length)
      fail(where, `row ${i} has ${row.length} numbers, expected one for each of the ${counts.length} rows`)
    const wrong = row.findIndex(count => !Number.isInteger(count) || count < 0)
    if (wrong >= 0) fail(where, `row ${i} has ${row[wrong]} in column ${wrong}, expected a count of at least 0`)
  })
  const names = options.names ?? counts.map((_, i) => String(i))
  sameLength(where, 'rows', counts.length, 'names', names.length)
  return {
    kind: 'matrix',
    title: options.title ?? '',
    description: options.description ?? summary(counts, names),
    names,
    counts,
    x: 'taken for',
    y: 'class',
  }
}

function summary(counts: readonly (readonly number[])[], names: readonly string[]): string {
  const all = counts.flat().reduce((sum, count) => sum + count, 0)
  if (all === 0) return 'No example was counted.'
  const right = counts.reduce((sum, row, i) => sum + row[i], 0)
  const mistakes = counts.flatMap((row, i) => row.map((count, j) => ({ count: i === j ? 0 : count, i, j })))
  const { count, i, j } = mistakes.reduce((a, b) => (b.count > a.count ? b : a))
  const worst = count === 0 ? '' : ` Most often ${names[i]} was taken for ${names[j]}: ${counted(count, 'time')}.`
  return `${inWords(right)} of ${inWords(all)} are right (${percent(right / all)}).${worst}`
}
