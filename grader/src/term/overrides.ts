import type { Lab } from '@backprop/course'
import { type Status, STATUSES, WORDS } from '@backprop/report'
import { type Row, tableRows } from '../roster/roster-table.ts'
import type { Folders } from './folders.ts'
import { labNamed, pointsOf } from './labs.ts'
import { didYouMean, Problems } from './problems.ts'

/** One line of `overrides.csv`: points or a status set by hand, a comment to the student, or both. */
export interface Override {
  readonly line: number
  /** The name of a folder. */
  readonly student: string
  readonly lab: string
  /** Null for the whole lab. */
  readonly exercise: string | null
  /** Null: only a comment. */
  readonly points: number | null
  readonly status: Status | null
  readonly reason: string
  readonly by: string
  readonly comment: string | null
}

const COLUMNS = ['student', 'lab', 'exercise', 'points', 'status', 'reason', 'by', 'comment']
const REQUIRED = ['student', 'lab', 'by']

/** Statuses that an instructor may set. */
const SETTABLE = STATUSES.filter(status => status !== 'grader-error')

/**
 * Reads `overrides.csv`, with commas, semicolons or tabs. Throws a `UsageError` that lists every line that cannot be used, and
 * how to fix it.
 */
export function readOverrides(csv: string, file: string, labs: readonly Lab[], folders: Folders): readonly Override[] {
  const { rows, columns } = tableRows(csv, `"${file}"`)
  const problems = new Problems(file)
  for (const column of REQUIRED)
    if (!columns.includes(column))
      problems.add(1, `there is no column "${column}": the first line must be ${COLUMNS.join(',')}`)
  for (const column of columns.filter(column => column !== '' && !COLUMNS.includes(column)))
    problems.add(1, `there is no use for the column "${column}"${didYouMean(column, COLUMNS)}`)
  problems.throwIfAny()
  const overrides = rows.flatMap(row => {
    const read = readRow(row, labs, folders)
    if (!Array.isArray(read)) return [read]
    for (const what of read) problems.add(row.line, what)
    return []
  })
  refuseDoubles(overrides, problems)
  problems.throwIfAny()
  return overrides
}

/** The override of a line, or what is wrong with it. */
function readRow({ record, line }: Row, labs: readonly Lab[], folders: Folders): Override | string[] {
  const cell = (column: string) => (record[column] ?? '').trim()
  const problems: string[] = []
  const student = studentOf(cell('student'), folders)
  if ('why' in student) problems.push(student.why)
  const lab = labNamed(cell('lab'), labs)
  if (typeof lab === 'string') problems.push(cell('lab') === '' ? 'it names no lab' : lab)
  const part = typeof lab === 'string' ? null : partOf(cell('exercise'), lab)
  if (typeof part === 'string') problems.push(part)
  const most = part === null || typeof part === 'string' ? Infinity : part.points
  const status = statusOf(cell('status'), cell('exercise'))
  if (typeof status === 'object' && status !== null) problems.push(status.why)
  const given = pointsIn(cell('points'), most, part)
  if (typeof given === 'string') problems.push(given)
  const isComment = cell('points') === '' && cell('status') === ''
  if (isComment && cell('comment') === '') problems.push('it sets nothing: give points, a status or a comment')
  if (!isComment && cell('reason') === '') problems.push('it gives no reason: write one, the student sees it')
  if (cell('by') === '') problems.push('it does not say by whom: write a name in the column "by"')
  if (problems.length > 0) return problems
  const set = typeof status === 'string' ? status : null
  return {
    line,
    student: 'folder' in student ? student.folder : '',
    lab: typeof lab === 'string' ? '' : lab.manifest.id,
    exercise: cell('exercise') === '' ? null : cell('exercise'),
    points: typeof given === 'number' ? given : set === null ? null : set === 'passed' ? most : 0,
    status: set,
    reason: cell('reason'),
    by: cell('by'),
    comment: cell('comment') === '' ? null : cell('comment'),
  }
}

function studentOf(name: string, folders: Folders): { readonly folder: string } | { readonly why: string } {
  if (name === '') return { why: 'it names no student' }
  const found = folders.find(name)
  if ('why' in found) return found
  if (found.isMember)
    return { why: `"${name}" hands in with a team: name "${folders.teamOf(name) ?? ''}", it counts for all members` }
  if (found.folder === null)
    return { why: `"${name}" has no folder, so there is no result: make an empty folder of this name, and grade it` }
  return { folder: found.folder }
}

interface Part {
  readonly what: string
  readonly points: number
}

function partOf(exercise: string, { manifest: { id, exercises } }: Lab): Part | string {
  if (exercise === '') return { what: id, points: exercises.reduce((sum, each) => sum + pointsOf(each), 0) }
  const found = exercises.find(each => each.id === exercise)
  if (found) return { what: `${id} ${exercise}`, points: pointsOf(found) }
  const ids = exercises.map(each => each.id)
  return `${id} has no exercise "${exercise}"${didYouMean(exercise, ids) || `: it has ${ids.join(', ')}`}`
}

function statusOf(text: string, exercise: string): Status | null | { readonly why: string } {
  if (text === '') return null
  const found = SETTABLE.find(status => status === text.toLowerCase() || WORDS[status].word === text.toLowerCase())
  if (!found)
    return { why: `"${text}" is not a status${didYouMean(text, SETTABLE) || `: give ${SETTABLE.join(', ')}`}` }
  if (exercise === '') return { why: 'a whole lab has no status: name an exercise, or give points' }
  return found
}

/** Points, or null for an empty cell, or what is wrong. */
function pointsIn(text: string, most: number, part: Part | string | null): number | null | string {
  if (text === '') return null
  if (!/^\d+([.,]\d{1,2})?$/.test(text)) return `"${text}" is not a number of points, such as 8 or 8.5`
  const points = Number(text.replace(',', '.'))
  if (points <= most) return points
  const what = part === null || typeof part === 'string' ? 'it' : part.what
  return `${points} points are more than ${what} has, ${most}: give at most that`
}

/** Two lines about the same thing contradict each other, and one about an exercise has no effect beside one about its lab. */
function refuseDoubles(overrides: readonly Override[], problems: Problems): void {
  const setting = overrides.filter(({ points }) => points !== null)
  for (const [i, one] of setting.entries()) {
    const same = setting.filter(other => other.student === one.student && other.lab === one.lab)
    const earlier = setting.slice(0, i).find(other => same.includes(other) && other.exercise === one.exercise)
    if (earlier) problems.add(one.line, `line ${earlier.line} already sets the same: remove one of them`)
    const whole = same.find(({ exercise }) => exercise === null)
    if (whole && one.exercise !== null)
      problems.add(one.line, `line ${whole.line} sets the whole lab, so this has no effect: remove one of them`)
  }
}
