import { FROM_FUTURE, isFromFuture, toCsv } from '@backprop/report'
import type { Lab } from '@backprop/course'
import { isGraded, type StudentResult } from './student-result.ts'

/**
 * `class.csv`: a row per student, a column for the total, each lab and each exercise. A cell without score is empty:
 * a grader error is not a 0. It starts with a byte order mark: without one, Excel misreads UTF-8 and garbles
 * every name beyond ASCII. Programs that can't handle the mark can read class.json.
 */
export function classCsv(labs: readonly Lab[], rows: readonly StudentResult[]): string {
  const scored = labs.flatMap(({ manifest: { id, exercises } }) => [id, ...exercises.map(each => `${id}/${each.id}`)])
  const head = [
    'student',
    'status',
    'points',
    'max_points',
    ...scored,
    'seen_at',
    'committed_at',
    'graded_at',
    'tier',
    'remark',
  ]
  return `\ufeff${toCsv([head])}${rows.map(row => toCsv([cells(labs, row, scored.length)])).join('')}`
}

function cells(labs: readonly Lab[], row: StudentResult, scored: number): (string | number)[] {
  if (!isGraded(row)) {
    const empty = Array<string>(scored).fill('')
    return [row.student, 'grader-error', '', '', ...empty, '', '', row.gradedAt, '', row.reason]
  }
  const points = labs.flatMap(({ manifest }) => {
    const lab = row.labs.find(({ id }) => id === manifest.id)
    const parts = manifest.exercises.map(({ id }) => lab?.exercises.find(each => each.id === id)?.points ?? '')
    return [lab?.points ?? '', ...parts]
  })
  const faults = row.ungraded?.map(({ id, reason }) => `${id}: grader error: ${reason}`) ?? []
  const problems = row.labs.flatMap(({ id, problem }) => (problem === null ? [] : [`${id}: ${problem}`]))
  const times = [row.seenAt ?? '', row.committedAt ?? '', row.gradedAt]
  const remarks = [...faults, ...problems, ...(isFromFuture(row) ? [FROM_FUTURE] : [])]
  return [row.student, 'graded', row.points, row.maxPoints, ...points, ...times, row.tier, remarks.join('; ')]
}
