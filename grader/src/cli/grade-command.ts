import { stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Lab } from '@backprop/course'
import {
  contextFor,
  EXPORT_HELP,
  type Exporter,
  ExportRefused,
  NoSuchExport,
  parseExports,
  type Report,
  writeExports,
} from '@backprop/report'
import { safeJson } from '@backprop/safe-text'
import { Option } from '@commander-js/extra-typings'
import type { Context } from '../context.ts'
import { findListedLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import { gradeCourse } from '../pipeline/grade-submission.ts'
import { gradeVisible } from '../pipeline/grade-visible.ts'
import { drawsFor, SEED_KEY } from '../pipeline/seed-key.ts'
import { renderTable } from '../report/terminal.ts'
import { type Logged, writeReport } from '../report/write-report.ts'
import { SIGNING_KEY, signingKey } from '../signing/keys.ts'
import { sign } from '../signing/sign.ts'
import { demandWritable } from '../writable.ts'
import { BACKEND, command, EXIT, SEED, WEAK_ISOLATION } from './command.ts'

export const grade = command({
  name: 'grade',
  summary: 'Grade a submission with the hidden suites (pnpm grade 5 is short for pnpm grade grade 5)',
  syntax: parser =>
    parser
      .argument('<labs...>', 'ids (05-mnist-mlp), numbers (5) or "all"')
      .option('--submission <dir>', "a student's repository or one lab's folder (default: this course)")
      .addOption(
        new Option('--suite <suite>', 'hidden for a grade, visible for feedback; see below')
          .choices(['hidden', 'visible'])
          .default('hidden' as const),
      )
      .addOption(BACKEND)
      .option('--report <dir>', 'where report.json, report.html and log.json go (default: reports/<labs>)')
      .option(
        '--export <list>',
        `write these beside the report, such as junit,csv:\n${EXPORT_HELP.replace(/^/gm, '  ')}`,
      )
      .addOption(SEED)
      .option('--official', 'refuse to grade where isolation is weak (below tier B)')
      .addOption(WEAK_ISOLATION)
      .option('--json', 'print only report.json, on stdout')
      .addHelpText(
        'after',
        `
Visible tests give one point for each test that passes. That is feedback, not a grade: when all of them pass, the hidden
tests still try other numbers. They run without isolation, in one process with the student's code, which could forge
their results and do on this machine whatever you can. Their report goes to reports/<labs>-visible.

What hidden tests draw follows from the submission, the tests, and a secret key: the one in ${SEED_KEY}, else your own, which
is made when it is first needed (pnpm grade doctor says where). The same key gives the same draws again.
The report is signed if ${SIGNING_KEY} holds a key; see "pnpm grade keygen --help".
Exit codes: 0 full marks, 1 points lost, 2 not gradable through a fault of the grader, or wrong usage.`,
      ),
  async run([names], { submission, suite, json, ...options }, context) {
    const { course, stdout, env } = context
    const labs = await findListedLabs(names.join(','), course)
    const isVisible = suite === 'visible'
    if (isVisible) refuseHiddenOnly(options)
    const exporters = options.export === undefined ? [] : exportersOf(options.export, env)
    const folder = resolve(submission ?? course)
    if (!(await stat(folder).catch(() => null))?.isDirectory())
      throw new UsageError(`There is no folder "${folder}". Give the folder of a submission with --submission.`)
    const ids = names.includes('all') ? 'all' : labs.map(({ manifest }) => manifest.id).join('+')
    const place = `${ids}${isVisible ? '-visible' : ''}`
    const out = resolve(options.report ?? join('reports', place))
    await demandWritable(out, '--report')
    const { report, labs: graded } = isVisible
      ? await gradeVisible({ labs, submission: folder }, context)
      : await gradeHidden(labs, folder, options, context)
    await writeReport(out, report, graded)
    await writeExports(out, exporters, report, contextFor(exporters, env)).catch((error: unknown) => {
      throw asUsageError(error)
    })
    stdout.write(json ? safeJson(report) : `${renderTable(report, stdout)}\nReport: ${join(out, 'report.html')}\n`)
    if (report.ungraded) return EXIT.notGradable
    return report.points === report.maxPoints ? EXIT.fullMarks : EXIT.pointsLost
  },
})

/** Options that visible tests could only ignore. */
interface HiddenOnly {
  readonly backend?: string
  readonly seed?: number
  readonly official?: true
  readonly allowWeakIsolation?: true
}

function refuseHiddenOnly({ backend, seed, official, allowWeakIsolation }: HiddenOnly): void {
  const given = { official, 'allow-weak-isolation': allowWeakIsolation, seed, backend }
  const idle = Object.entries(given).find(([, value]) => value !== undefined)?.[0]
  if (idle) throw new UsageError(`--${idle} is for grades: visible tests give feedback only, without isolation.`)
}

async function gradeHidden(
  labs: readonly Lab[],
  folder: string,
  { backend = 'auto', seed, official, allowWeakIsolation }: HiddenOnly,
  context: Context,
): Promise<{ report: Report; labs: readonly Logged[] }> {
  const key = await signingKey(context.env)
  const draws = await drawsFor({ seed, official }, context)
  const name = basename(folder)
  const machine = { backend, official, signed: key !== null, allowWeakIsolation }
  const graded = await gradeCourse({ labs, submissionOf: () => folder, name, draws, ...machine }, context)
  return key ? { ...graded, report: sign(graded.report, key) } : graded
}

/** Parsed before the grading, so that a mistake in the list costs no time. */
function exportersOf(list: string, env: Context['env']): Exporter[] {
  try {
    const exporters = parseExports(list)
    contextFor(exporters, env)
    return exporters
  } catch (error) {
    throw asUsageError(error)
  }
}

const asUsageError = (error: unknown): unknown =>
  error instanceof NoSuchExport || error instanceof ExportRefused ? new UsageError(error.message) : error
