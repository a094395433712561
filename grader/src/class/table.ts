import type { Lab } from '@backprop/course'
import { finalPoints, FROM_FUTURE, inCents, isFromFuture, lateInWords, overrideInWords, toCsv } from '@backprop/report'
import type { RosterRow } from './class-report.ts'
import { type GradedStudent, isGraded, type LabResult, type StudentResult } from './student-result.ts'

/**
 * `class.csv`: a row per student, a column for the total, each lab and each exercise. A cell without score is empty:
 * a grader error is not a 0. It starts with a byte order mark: without one, Excel misreads UTF-8 and garbles
 * every name beyond ASCII. Programs that can't handle the mark can read class.json.
 *
 * With final points there are columns for each lab with what lateness and overrides did to the points of its tests.
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
  const withFinals = rows.some(row => isGraded(row) && row.finalPoints !== undefined)
  const finals = withFinals ? ['final_points', ...labs.flatMap(({ manifest: { id } }) => finalColumns(id))] : []
  const own = [
    'status',
    'points',
    'max_points',
    ...finals,
    ...scored,
    'seen_at',
    'committed_at',
    'graded_at',
    'tier',
    'remark',
  ]
  const headings = more.map(column => (own.includes(column) || column === 'student' ? `roster ${column}` : column))
  const byName = new Map(rows.map(row => [row.student, row]))
  const line = (row: StudentResult | undefined, person?: RosterRow) => [
    person?.name ?? row?.student ?? '',
    ...(hasTeams ? [person?.team ?? ''] : []),
    ...more.map(column => person?.more[column] ?? ''),
    ...(row ? cells(labs, row, finals.length, scored.length) : noRow(finals.length + scored.length, person)),
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

function cells(labs: readonly Lab[], row: StudentResult, finals: number, scored: number): (string | number)[] {
  if (!isGraded(row)) {
    const empty = Array<string>(finals + scored).fill('')
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
  const steps = row.labs.flatMap(lab => remarksOn(lab))
  const remarks = [...faults, ...problems, ...steps, ...found, ...(isFromFuture(row) ? [FROM_FUTURE] : [])]
  const ends = finals === 0 ? [] : [row.finalPoints ?? row.points, ...labs.flatMap(lab => finalCells(lab, row))]
  return ['graded', row.points, row.maxPoints, ...ends, ...points, ...times, row.tier, remarks.join('; ')]
}

/** Between the points of a lab's tests and those that count. */
const finalColumns = (id: string): string[] => [`${id} late`, `${id} override`, `${id} final`]

/** What lateness takes, what overrides add or take, and what counts: points + late + override = final. */
function finalCells({ manifest: { id } }: Lab, row: GradedStudent): (string | number)[] {
  const lab = row.labs.find(each => each.id === id)
  if (!lab) return ['', '', '']
  const late = 0 - (lab.final?.late?.deducted ?? 0)
  const counts = finalPoints(lab)
  return [late, inCents(counts - lab.points - late), counts]
}

/** In words what was done by hand and why, and how late it was. */
function remarksOn({ id, final }: LabResult): string[] {
  const { overrides = [], late } = final ?? {}
  return [
    ...overrides.map(each => `${id}: ${overrideInWords(each, each.exercise ?? 'the whole lab')}`),
    ...(late && late.days > 0 ? [`${id}: ${lateInWords(late)}`] : []),
  ]
}
