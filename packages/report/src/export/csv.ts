import { csvCell } from '@backprop/safe-text'
import { isGrade, rows } from '../rows.ts'
import type { Exporter } from './exporter.ts'

const COLUMNS = ['submission', 'lab', 'exercise', 'test', 'concept', 'status', 'points', 'max_points']

/** A row for each test. Where there is no grade, the column of points is empty. */
export const csv: Exporter = {
  id: 'csv',
  about: 'a spreadsheet with a row for each test',
  file: 'report.csv',
  mediaType: 'text/csv',
  render(report) {
    const points = isGrade(report)
    const table = rows(report).map(({ lab, exercise, test }) => [
      report.submission,
      lab.id,
      exercise.id,
      test.id,
      test.concept,
      test.status,
      points ? test.points : '',
      test.maxPoints,
    ])
    return toCsv([COLUMNS, ...table])
  },
}

/** CSV (RFC 4180) that is safe to open in a spreadsheet. */
export function toCsv(table: readonly (readonly (string | number)[])[]): string {
  return table.map(row => `${row.map(csvCell).join(',')}\r\n`).join('')
}
