import { availableParallelism } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { isDiskGone } from '@backprop/files'
import { inCents, percentOf } from '@backprop/report'
import { safeJson, safeLine } from '@backprop/safe-text'
import { Option } from '@commander-js/extra-typings'
import type { Changes } from '../class/changes.ts'
import { changeLines, changesHeadline } from '../class/changes-text.ts'
import type { ClassReport } from '../class/class-report.ts'
import { type ClassOutcome, runClass } from '../class/run-class.ts'
import { centre } from '../class/statistics.ts'
import { isGraded, isWhole, labsNotFound, type StudentResult } from '../class/student-result.ts'
import { settled, termWarnings } from '../class/term-warnings.ts'
import { findLabs, findListedLabs } from '../course.ts'
import { readRosterFile } from '../roster/people.ts'
import { openTerm } from '../term/open-term.ts'
import { BACKEND, command, EXIT, SEED, TERM, WEAK_ISOLATION, wholeNumber } from './command.ts'

const ONLY = `grade only some:
  failed   students without a score through a fault of the grader
  changed  students whose files, or whose tests, have changed since their last report
  NAME     the student with this folder`

export const gradeClass = command({
  name: 'class',
  summary: 'Grade a folder of submissions, one folder per student',
  syntax: parser =>
    parser
      .requiredOption(
        '--submissions <dir>',
        "a folder for each student: a clone of the repository, or one lab's folder",
      )
      .option('--labs <list>', 'ids or numbers, such as 1,5', 'all')
      .addOption(
        new Option('--jobs <n>', 'how many to grade at the same time')
          .argParser(wholeNumber(1, 256))
          // A submission keeps two processes busy; time spent waiting doesn't count as slow.
          .default(Math.max(1, Math.floor(availableParallelism() / 2)), 'half of the CPUs'),
      )
      .option('--report <dir>', 'where everything goes', join('reports', 'class'))
      .option('--roster <file>', 'CSV with the column name and any others, which come back in class.csv and class.json')
      .option(
        '--accept-missing [count]',
        'exit as if those whose files were not found had handed in nothing: up to a fifth, or up to this many',
        wholeNumber(0, 100_000),
      )
      .addOption(TERM)
      .option('--overrides <file>', 'points set by hand, and comments (default: overrides.csv here, if it is there)')
      .option('--resume', 'continue the run in that folder that was stopped or killed')
      .option('--only <which>', ONLY)
      .addOption(BACKEND)
      .addOption(SEED)
      .option('--official', 'refuse to grade where isolation is weak (below tier B)')
      .addOption(WEAK_ISOLATION)
      .option('--json', 'print only class.json, on stdout')
      .addHelpText(
        'after',
        `
In the report folder: class.html, class.csv and class.json; students/NAME with a report that can be sent to the student;
logs for the instructor alone; a journal and a cache. What has not changed is not graded again, whatever the options.
A lab may be in folders that wrap it, or in an archive, if there is exactly one place where its files are.

  pnpm grade class --submissions ../class/submissions --labs 1
  pnpm grade class --submissions ../class/submissions --labs 1 --roster roster.csv --accept-missing

Exit codes: 0 full marks for all, 1 points lost, 2 a student has no score through a fault of the grader, files of a student
were not found, or wrong usage.`,
      ),
  async run(
    _,
    {
      submissions,
      labs,
      report: folder,
      roster,
      term,
      overrides,
      acceptMissing = false,
      only = null,
      resume = false,
      backend = 'auto',
      json,
      ...rest
    },
    context,
  ) {
    const { course, stdout, stderr, signal } = context
    const reports = resolve(folder)
    const options = {
      ...rest,
      submissions: resolve(submissions),
      labs: await findListedLabs(labs, course),
      reports,
      roster: roster === undefined ? undefined : await readRosterFile(roster),
      term: await openTerm({ term, overrides }, course, await findLabs('all', course)),
      only,
      resume,
      backend,
    }
    try {
      const outcome = await runClass(options, context)
      const { report, rows } = outcome
      const missing = notFound(outcome, only)
      const allowed = mayBeMissing(acceptMissing, missing.all)
      stdout.write(json ? safeJson(report) : `${summary(outcome, reports, missing)}\n`)
      if (missing.names.length > allowed) stderr.write(tooMany(missing, acceptMissing))
      return missing.names.length > allowed ? EXIT.notGradable : exitCode(rows)
    } catch (error) {
      if (signal.aborted || isDiskGone(error))
        stderr.write('What is graded is kept: continue with the same command and --resume.\n')
      throw error
    }
  },
})

interface NotFound {
  /** Students whose files were not found, or who have no folder. */
  readonly names: readonly string[]
  /** How many students there are. */
  readonly all: number
}

function notFound({ report, rows }: Pick<ClassOutcome, 'report' | 'rows'>, only: string | null): NotFound {
  const absent = only === null ? (report.roster ?? []).filter(({ student }) => student === null) : []
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
