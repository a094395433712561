import { join, relative } from 'node:path'
import { inCents, percentOf } from '@backprop/report'
import { safeJson, safeLine } from '@backprop/safe-text'
import type { Changes } from '../class/changes.ts'
import { changeLines, changesHeadline } from '../class/changes-text.ts'
import type { ClassReport } from '../class/class-report.ts'
import type { ClassOutcome } from '../class/run-class.ts'
import { centre } from '../class/statistics.ts'
import { isGraded, isWhole, labsNotFound, type StudentResult } from '../class/student-result.ts'
import { settled, termWarnings } from '../class/term-warnings.ts'
import type { Context } from '../context.ts'
import { EXIT } from './command.ts'

/** What `grade class` and `grade merge` say at the end. */

export interface Telling {
  readonly reports: string
  readonly only: string | null
  /** Whether the rest of the class is elsewhere: `grade merge` counts whose files are missing, and points. */
  readonly isPart: boolean
  readonly acceptMissing: boolean | number
  readonly json: boolean
}

/** Prints the outcome, and returns the exit code. */
export function tellOutcome(outcome: ClassOutcome, telling: Telling, { stdout, stderr }: Context): number {
  const { reports, only, isPart, acceptMissing, json } = telling
  const { report, rows } = outcome
  const missing = notFound(outcome, only === null && !isPart)
  const allowed = isPart ? Infinity : mayBeMissing(acceptMissing, missing.all)
  stdout.write(json ? safeJson(report) : `${summary(outcome, reports, missing)}\n`)
  if (missing.names.length <= allowed) return exitCode(rows)
  stderr.write(tooMany(missing, acceptMissing))
  return EXIT.notGradable
}

interface NotFound {
  /** Students whose files were not found, or who have no folder. */
  readonly names: readonly string[]
  /** How many students there are. */
  readonly all: number
}

function notFound({ report, rows }: Pick<ClassOutcome, 'report' | 'rows'>, isWholeClass: boolean): NotFound {
  const absent = isWholeClass ? (report.roster ?? []).filter(({ student }) => student === null) : []
  const missing = rows.filter(row => labsNotFound(row).length > 0)
  return {
    names: [...missing.map(({ student }) => student), ...absent.map(({ name }) => name)],
    all: rows.length + absent.length,
  }
}

/** Without a number, up to a fifth: more of them look like a mistake in the command, and must be counted to be accepted. */
function mayBeMissing(accept: boolean | number, all: number): number {
  if (accept === false) return 0
  return accept === true ? Math.max(1, Math.floor(all / 5)) : accept
}

function tooMany({ names, all }: NotFound, accept: boolean | number): string {
  const share =
    names.length > all / 5
      ? 'That is more than a fifth: are these the right submissions, and the right --labs? '
      : 'Look at class.html. '
  const option = accept === false && names.length <= all / 5 ? '--accept-missing' : `--accept-missing ${names.length}`
  return `Files of ${names.length} of ${all} were not found. ${share}If they handed in nothing: ${option}\n`
}

function exitCode(rows: readonly StudentResult[]): number {
  if (!rows.every(isWhole)) return EXIT.notGradable
  return rows.every(row => isGraded(row) && (row.finalPoints ?? row.points) === row.maxPoints)
    ? EXIT.fullMarks
    : EXIT.pointsLost
}

const MAX_NAMED = 20

function summary({ report, rows, changes }: ClassOutcome, folder: string, { names }: NotFound): string {
  const some = names.slice(0, MAX_NAMED).join(', ')
  const graded = rows.filter(isGraded)
  const faults = rows.filter(row => !isGraded(row))
  const broken = graded.flatMap(({ labs }) => labs.flatMap(({ alerts = [] }) => alerts)).length
  const middle = centre(graded)
  const percent = (share: number) => `${percentOf(share, 1)} %`
  const full = graded.filter(row => row.points === row.maxPoints).length
  return [
    `${graded.length} of ${rows.length} graded${faults.length > 0 ? `, ${faults.length} without a score` : ''}.`,
    ...(middle ? [`Mean ${percent(middle.mean)}, median ${percent(middle.median)}, full marks: ${full}.`] : []),
    `Isolation: tier ${report.environment.tier} (${report.environment.tierReason}). Backend: ${report.environment.backend}.`,
    ...graded.flatMap(({ student, ungraded = [] }) =>
      ungraded.map(({ id, reason }) => `✗ ${safeLine(`${student}: ${id}: grader error: ${reason}`)}`),
    ),
    ...(broken > 0 ? [`! ${broken} hidden tests broke on answers, and count as failed: look into class.html.`] : []),
    ...faults.map(row => `✗ ${safeLine(`${row.student}: grader error: ${row.reason}`)}`),
    ...(rows.some(row => !isWhole(row))
      ? ['No score was written for these. To try them again: the same command with --only failed']
      : []),
    ...(names.length > 0
      ? [
          safeLine(
            `! Files not found: ${names.length > MAX_NAMED ? `${some} and ${names.length - MAX_NAMED} more` : some}`,
          ),
        ]
      : []),
    ...termLines(report),
    ...(changes ? changesLines(changes) : []),
    `Class: ${join(relative('', folder), 'class.html')}`,
  ].join('\n')
}

/** What the term did to the points, and what it asks of the instructor. */
function termLines({ students }: ClassReport): string[] {
  const all = settled(students)
  const late = all.filter(({ lab }) => (lab.final?.late?.days ?? 0) > 0)
  const deducted = inCents(late.reduce((sum, { lab }) => sum + (lab.final?.late?.deducted ?? 0), 0))
  const overrides = all.flatMap(({ lab }) => lab.final?.overrides ?? []).length
  const facts = [
    ...(late.length > 0 ? [`Late: ${late.length}, −${deducted} points.`] : []),
    ...(overrides > 0 ? [`Overrides: ${overrides}.`] : []),
  ]
  return [
    ...(facts.length > 0 ? [facts.join(' ')] : []),
    ...termWarnings(students).map(warning => `! ${safeLine(warning)}`),
  ]
}

const MAX_CHANGES = 20

/** Whose points are others than before; nothing if there are none. */
function changesLines(changes: Changes): string[] {
  const { length } = changes.changes
  if (length === 0) return []
  const lines = changes.changes.slice(0, MAX_CHANGES).flatMap(changeLines)
  const more = length > MAX_CHANGES ? [`… and ${length - MAX_CHANGES} more in changes.txt`] : []
  return [`${changesHeadline(changes)}:`, ...[...lines, ...more].map(line => `  ${line}`)]
}
