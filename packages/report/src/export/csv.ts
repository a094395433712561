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

/**
 * CSV (RFC 4180) that is safe to open in a spreadsheet: what such a program would take for a formula gets an apostrophe
 * before it. All text is quoted, because some programs split at semicolons.
 */
export function toCsv(table: readonly (readonly (string | number)[])[]): string {
  return table.map(row => `${row.map(cell).join(',')}\r\n`).join('')
}

const FORMULA = /^[\s\p{C}]*[=+\-@|%＝＋－＠]/u

function cell(value: string | number): string {
  if (typeof value === 'number' || value === '') return String(value)
  return `"${`${FORMULA.test(value) ? "'" : ''}${value}`.replaceAll('"', '""')}"`
}
