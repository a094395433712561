import { availableParallelism } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { isDiskGone } from '@backprop/files'
import { percentOf } from '@backprop/report'
import { safeJson, safeLine } from '@backprop/safe-text'
import { Option } from '@commander-js/extra-typings'
import { type ClassOutcome, runClass } from '../class/run-class.ts'
import { centre } from '../class/statistics.ts'
import { isGraded, isWhole, type StudentResult } from '../class/student-result.ts'
import { findListedLabs } from '../course.ts'
import { BACKEND, command, EXIT, SEED, WEAK_ISOLATION, wholeNumber } from './command.ts'

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
Exit codes: 0 full marks for all, 1 points lost, 2 a student has no score through a fault of the grader, or wrong usage.`,
      ),
  async run(
    _,
    { submissions, labs, report: folder, only = null, resume = false, backend = 'auto', json, ...rest },
    context,
  ) {
    const { course, stdout, stderr, signal } = context
    const reports = resolve(folder)
    const options = {
      ...rest,
      submissions: resolve(submissions),
      labs: await findListedLabs(labs, course),
      reports,
      only,
      resume,
      backend,
    }
    try {
      const { report, rows } = await runClass(options, context)
      stdout.write(json ? safeJson(report) : `${summary({ report, rows }, reports)}\n`)
      return exitCode(rows)
    } catch (error) {
      if (signal.aborted || isDiskGone(error))
        stderr.write('What is graded is kept: continue with the same command and --resume.\n')
      throw error
    }
  },
})

function exitCode(rows: readonly StudentResult[]): number {
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
