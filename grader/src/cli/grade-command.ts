import { safeJson } from '@backprop/safe-text'
import { basename, join, resolve } from 'node:path'
import { stat } from 'node:fs/promises'
import { contextFor, EXPORT_HELP, ExportRefused, NoSuchExport, parseExports, writeExports } from '@backprop/report'
import type { Exporter, Report } from '@backprop/report'
import type { Lab } from '@backprop/course'
import { EXIT, text, type Command } from './command.ts'
import type { Context, Values } from '../context.ts'
import { findLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import { gradeCourse } from '../pipeline/grade-submission.ts'
import { gradeVisible } from '../pipeline/grade-visible.ts'
import { renderTable } from '../report/terminal.ts'
import { writeReport, type Logged } from '../report/write-report.ts'
import { SIGNING_KEY, signingKey } from '../signing/keys.ts'
import { drawsFor, SEED_KEY } from '../pipeline/seed-key.ts'
import { sign } from '../signing/sign.ts'
import { demandWritable } from '../writable.ts'

export const grade: Command = {
  name: 'grade',
  help: `Grade a submission with the hidden suites (pnpm grade 5 is short for pnpm grade grade 5)

  pnpm grade <lab|all> [--submission DIR] [--suite hidden|visible] [--backend NAME] [--report DIR] [--export LIST]
             [--seed N] [--official] [--json]

<lab> is a full id (05-mnist-mlp) or its number (5).
  --submission DIR         a student's repository or one lab's folder; default: this course's own tree
  --suite visible          run the visible tests instead, for feedback; see below
  --backend NAME           what the student's code computes with: auto (the default: a GPU where there
                           is one, else wasm) or a name that pnpm grade doctor lists
  --report DIR             where report.json, report.html and log.json go; default: reports/<lab>
  --export LIST            write these beside the report, separated by commas:
${EXPORT_HELP.replace(/^/gm, '    ')}
  --seed N                 draw from this number instead of the secret key: for trying out, not with --official
  --official               refuse to grade where isolation is weak (below tier B)
  --allow-weak-isolation   with --official, or to sign: grade all the same
  --json                   print report.json on stdout and nothing else

Visible tests give one point for each test that passes. That is feedback, not a grade: when all of them pass, the hidden
tests still try other numbers. They run without isolation, in one process with the student's code, which could forge
their results and do on this machine whatever you can. Their report goes to reports/<lab>-visible.

What hidden tests draw follows from the submission, the tests, and a secret key: that of ${SEED_KEY}, else your own, which
is made when it is first needed (pnpm grade doctor says where). The same key gives the same draws again.
The report is signed where ${SIGNING_KEY} holds a key; see "pnpm grade keygen --help".
Exit codes: 0 full marks, 1 points lost, 2 not gradable through our fault or wrong usage.`,
  options: {
    submission: { type: 'string' },
    suite: { type: 'string' },
    backend: { type: 'string' },
    report: { type: 'string' },
    export: { type: 'string' },
    seed: { type: 'string' },
    official: { type: 'boolean' },
    'allow-weak-isolation': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  positionals: { min: 1, max: 1 },
  async run(context) {
    const { values, course, stdout, env } = context
    const name = context.positionals[0]
    const labs = await findLabs(name, course)
    const suite = suiteOf(values)
    const exporters = exportersOf(values, env)
    const folder = resolve(text(values, 'submission', course))
    if (!(await stat(folder).catch(() => null))?.isDirectory())
      throw new UsageError(`There is no folder "${folder}". Give the folder of a submission with --submission.`)
    const place = `${name === 'all' ? 'all' : labs[0].manifest.id}${suite === 'visible' ? '-visible' : ''}`
    const out = resolve(text(values, 'report', join('reports', place)))
    await demandWritable(out, '--report')
    const { report, labs: graded } =
      suite === 'visible'
        ? await gradeVisible({ labs, submission: folder }, context)
        : await byHidden(labs, folder, context)
    await writeReport(out, report, graded)
    await writeExports(out, exporters, report, contextFor(exporters, env)).catch((error: unknown) => {
      throw inWords(error)
    })
    stdout.write(
      values.json ? safeJson(report) : `${renderTable(report, stdout)}\nReport: ${join(out, 'report.html')}\n`,
    )
    if (report.ungraded) return EXIT.notGradable
    return report.points === report.maxPoints ? EXIT.fullMarks : EXIT.pointsLost
  },
}

async function byHidden(
  labs: readonly Lab[],
  folder: string,
  context: Context,
): Promise<{ report: Report; labs: readonly Logged[] }> {
  const { values, env } = context
  const key = await signingKey(env)
  const official = values.official === true
  const draws = await drawsFor({ seed: seedOf(values), official }, context)
  const graded = await gradeCourse(
    {
      labs,
      submissionOf: () => folder,
      name: basename(folder),
      backend: text(values, 'backend', 'auto'),
      draws,
      official,
      signed: key !== null,
      allowWeakIsolation: values['allow-weak-isolation'] === true,
    },
    context,
  )
  return key ? { ...graded, report: sign(graded.report, key) } : graded
}

/** Options that visible tests could only ignore. */
const HIDDEN_ONLY = ['official', 'allow-weak-isolation', 'seed', 'backend']

function suiteOf(values: Values): Report['suite'] {
  const suite = text(values, 'suite', 'hidden')
  if (suite !== 'hidden' && suite !== 'visible')
    throw new UsageError(`--suite takes hidden or visible, and got "${suite}".`)
  const idle = HIDDEN_ONLY.find(name => suite === 'visible' && values[name] !== undefined)
  if (idle) throw new UsageError(`--${idle} is for grades: visible tests give feedback only, without isolation.`)
  return suite
}

/** Whatever is wrong with an export is said before the grading, not after. */
function exportersOf(values: Values, env: Context['env']): Exporter[] {
  if (values.export === undefined) return []
  try {
    const exporters = parseExports(text(values, 'export', ''))
    contextFor(exporters, env)
    return exporters
  } catch (error) {
    throw inWords(error)
  }
}

const inWords = (error: unknown): unknown =>
  error instanceof NoSuchExport || error instanceof ExportRefused ? new UsageError(error.message) : error

export function seedOf(values: Values): number | undefined {
  if (values.seed === undefined) return undefined
  const seed = Number(values.seed)
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    throw new UsageError(`--seed takes a whole number from 0 to 4294967295, and got "${String(values.seed)}".`)
  return seed
}
