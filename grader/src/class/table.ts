import { FROM_FUTURE, isFromFuture, toCsv } from '@backprop/report'
import type { Lab } from '@backprop/course'
import type { RosterRow } from './class-report.ts'
import { isGraded, type StudentResult } from './student-result.ts'

/**
 * `class.csv`: a row per student, a column for the total, each lab and each exercise. A cell without score is empty:
 * a grader error is not a 0. It starts with a byte order mark: without one, Excel misreads UTF-8 and garbles
 * every name beyond ASCII. Programs that can't handle the mark can read class.json.
 *
 * With a roster, its columns come first, and there is a row for each student of it, also for each member of a team, in its
 * order; folders that are not on it come last.
 */
export function classCsv(
  labs: readonly Lab[],
  rows: readonly StudentResult[],
  roster: readonly RosterRow[] = [],
): string {
  const scored = labs.flatMap(({ manifest: { id, exercises } }) => [id, ...exercises.map(each => `${id}/${each.id}`)])
  const more = [...new Set(roster.flatMap(({ more }) => Object.keys(more)))]
  const hasTeams = roster.some(({ team }) => team !== null)
  const own = ['status', 'points', 'max_points', ...scored, 'seen_at', 'committed_at', 'graded_at', 'tier', 'remark']
  const headings = more.map(column => (own.includes(column) || column === 'student' ? `roster ${column}` : column))
  const byName = new Map(rows.map(row => [row.student, row]))
  const line = (row: StudentResult | undefined, person?: RosterRow) => [
    person?.name ?? row?.student ?? '',
    ...(hasTeams ? [person?.team ?? ''] : []),
    ...more.map(column => person?.more[column] ?? ''),
    ...(row ? cells(labs, row, scored.length) : noRow(scored.length, person)),
  ]
  const known = new Set(roster.map(({ student }) => student))
  return `\ufeff${toCsv([
    ['student', ...(hasTeams ? ['team'] : []), ...headings, ...own],
    ...roster.map(person => line(byName.get(person.student ?? ''), person)),
    ...rows.filter(({ student }) => !known.has(student)).map(row => line(row)),
  ])}`
}

/** Nothing is said about points: whether an absent student gets 0 is not ours to decide. */
function noRow(scored: number, person?: RosterRow): string[] {
  const [status, remark] =
    person?.student === null ? ['absent', 'there is no folder of this name'] : ['not graded', 'not graded yet']
  return [status, '', '', ...Array<string>(scored).fill(''), '', '', '', '', remark]
}

function cells(labs: readonly Lab[], row: StudentResult, scored: number): (string | number)[] {
  if (!isGraded(row)) {
    const empty = Array<string>(scored).fill('')
    return ['grader-error', '', '', ...empty, '', '', row.gradedAt, '', row.reason]
  }
  const points = labs.flatMap(({ manifest }) => {
    const lab = row.labs.find(({ id }) => id === manifest.id)
    const parts = manifest.exercises.map(({ id }) => lab?.exercises.find(each => each.id === id)?.points ?? '')
    return [lab?.points ?? '', ...parts]
  })
  const faults = row.ungraded?.map(({ id, reason }) => `${id}: grader error: ${reason}`) ?? []
  const problems = row.labs.flatMap(({ id, problem }) => (problem === null ? [] : [`${id}: ${problem}`]))
  const times = [row.seenAt ?? '', row.committedAt ?? '', row.gradedAt]
  const found = row.labs.flatMap(({ id, foundIn }) => (foundIn === undefined ? [] : [`${id}: found in ${foundIn}`]))
  const remarks = [...faults, ...problems, ...found, ...(isFromFuture(row) ? [FROM_FUTURE] : [])]
  return ['graded', row.points, row.maxPoints, ...points, ...times, row.tier, remarks.join('; ')]
}
