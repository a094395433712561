import { finalPoints, percentOf, toCsv } from '@backprop/report'
import type { ClassReport } from '../class/class-report.ts'
import { isGraded } from '../class/student-result.ts'

/**
 * A table for the mail merge of a mail program: a row for each student with a score, with the roster's columns, the points
 * that count, and the path of the report to attach.
 */
export function mailMerge({ roster = [], students, labs }: ClassReport, reportOf: (outbox: string) => string): string {
  const more = [...new Set(roster.flatMap(person => Object.keys(person.more)))]
  const rows = new Map(students.map(row => [row.student, row]))
  const lines = roster.flatMap(({ name, team, student, more: cells }) => {
    const row = student === null ? undefined : rows.get(student)
    if (!row || !isGraded(row)) return []
    const points = labs.map(({ id }) => {
      const lab = row.labs.find(each => each.id === id)
      return lab ? finalPoints(lab) : ''
    })
    const total = row.finalPoints ?? row.points
    const percent = percentOf(total, row.maxPoints)
    return [
      [
        name,
        team ?? '',
        ...more.map(column => cells[column] ?? ''),
        total,
        row.maxPoints,
        percent,
        ...points,
        reportOf(row.outbox),
      ],
    ]
  })
  return `\ufeff${toCsv([['name', 'team', ...more, 'points', 'max_points', 'percent', ...labs.map(({ id }) => id), 'report'], ...lines])}`
}
