import { availableParallelism } from 'node:os'
import { join, relative, resolve } from 'node:path'
import type { Lab } from '@backprop/course'
import { isDiskGone } from '@backprop/files'
import { percentOf } from '@backprop/report'
import { safeJson, safeLine } from '@backprop/safe-text'
import { isGraded, isWhole, type Row } from '../class/student-result.ts'
import { runClass, type ClassOutcome } from '../class/run-class.ts'
import { centre } from '../class/statistics.ts'
import { EXIT, text, type Command } from './command.ts'
import type { Values } from '../context.ts'
import { findLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import { seedOf } from './grade-command.ts'

export const gradeClass: Command = {
  name: 'class',
  help: `Grade a folder of submissions, one folder per student

  pnpm grade class --submissions DIR [--labs LIST] [--jobs N] [--report DIR] [--resume] [--only WHICH] …

  --submissions DIR        holds a folder for each student: a clone of the repository, or one lab's folder
  --labs LIST              ids or numbers, separated by commas (1,5); default: all
  --jobs N                 how many are graded at the same time; default: half of the processors
  --report DIR             where everything goes; default: reports/class
  --resume                 go on with the run in that folder that was stopped or killed
  --only failed            only those who got no score through our fault
  --only changed           only those whose files, or whose tests, have changed since their last report
  --only NAME              only the student with this folder
  --backend NAME           what the students' code computes with: auto (the default: a GPU where there
                           is one, else wasm) or a name that pnpm grade doctor lists
  --seed N                 draw from this number instead of the secret key: for trying out, not with --official
  --official               refuse to grade where isolation is weak (below tier B)
  --allow-weak-isolation   with --official, or to sign: grade all the same
  --json                   print class.json on stdout and nothing else

In the report folder: class.html, class.csv and class.json; students/NAME with a report that can be sent as it is; logs
for the instructor alone; a journal and a cache. What has not changed is not graded again, whatever the options.
Exit codes: 0 full marks for all, 1 points lost, 2 somebody has no score through our fault, or wrong usage.`,
  options: {
    submissions: { type: 'string' },
    labs: { type: 'string' },
    jobs: { type: 'string' },
    report: { type: 'string' },
    resume: { type: 'boolean' },
    only: { type: 'string' },
    backend: { type: 'string' },
    seed: { type: 'string' },
    official: { type: 'boolean' },
    'allow-weak-isolation': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  positionals: { min: 0, max: 0 },
  async run(context) {
    const { values, stdout, stderr, signal } = context
    if (typeof values.submissions !== 'string')
      throw new UsageError('Which submissions? Give the folder that holds them: pnpm grade class --submissions DIR')
    const options = {
      submissions: resolve(values.submissions),
      labs: await labsOf(text(values, 'labs', 'all'), context.course),
      jobs: jobsOf(values),
      reports: resolve(text(values, 'report', join('reports', 'class'))),
      resume: values.resume === true,
      only: typeof values.only === 'string' ? values.only : null,
      backend: text(values, 'backend', 'auto'),
      seed: seedOf(values),
      official: values.official === true,
      allowWeakIsolation: values['allow-weak-isolation'] === true,
    }
    try {
      const { report, rows } = await runClass(options, context)
      stdout.write(values.json ? safeJson(report) : `${summary({ report, rows }, options.reports)}\n`)
      return exitCode(rows)
    } catch (error) {
      if (signal.aborted || isDiskGone(error))
        stderr.write('What is graded is kept: the same command with --resume goes on.\n')
      throw error
    }
  },
}

/** The labs of a list, each once, in the order of the course. */
async function labsOf(list: string, course: string): Promise<Lab[]> {
  const names = list.split(',').map(name => name.trim())
  const found = (await Promise.all(names.map(name => findLabs(name, course)))).flat()
  const byId = new Map(found.map(lab => [lab.manifest.id, lab]))
  return [...byId.values()].sort((a, b) => (a.manifest.id < b.manifest.id ? -1 : 1))
}

/** Half of the processors unless given: a submission keeps two processes busy, and one that waits is not too slow. */
function jobsOf({ jobs }: Values): number {
  if (jobs === undefined) return Math.max(1, Math.floor(availableParallelism() / 2))
  const count = Number(jobs)
  if (Number.isInteger(count) && count >= 1 && count <= 256) return count
  throw new UsageError(`--jobs takes a whole number from 1 to 256, and got "${String(jobs)}".`)
}

function exitCode(rows: readonly Row[]): number {
  if (!rows.every(isWhole)) return EXIT.notGradable
  return rows.every(row => isGraded(row) && row.points === row.maxPoints) ? EXIT.fullMarks : EXIT.pointsLost
}

function summary({ report, rows }: ClassOutcome, folder: string): string {
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
    `Class: ${join(relative('', folder), 'class.html')}`,
  ].join('\n')
}
