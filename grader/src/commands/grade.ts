import { basename, join, resolve } from 'node:path'
import { stat } from 'node:fs/promises'
import { EXIT, text, type Command, type Values } from '../command.ts'
import { COURSE_ROOT, findLabs } from '../course/course.ts'
import { UsageError } from '../errors.ts'
import { gradeCourse } from '../grade-course.ts'
import { renderTable } from '../report/terminal.ts'
import { json, writeReport } from '../report/write.ts'

export const grade: Command = {
  name: 'grade',
  help: `Grade a submission with the hidden suites (pnpm grade 5 is short for pnpm grade grade 5)

  pnpm grade <lab|all> [--submission DIR] [--backend NAME] [--report DIR] [--seed N] [--official] [--json]

<lab> is a full id (05-mnist-mlp) or its number (5).
  --submission DIR         a student's repository or one lab's folder; default: this course's own tree
  --backend NAME           what the student's code computes with: auto (the default), wasm or plain
  --report DIR             where report.json, report.html and log.json go; default: reports/<lab>
  --seed N                 fix the private seeds; by default they follow from the submission and the suite
  --official               refuse to grade where isolation is weak (below tier B)
  --allow-weak-isolation   with --official: grade all the same
  --json                   print report.json on stdout and nothing else

Exit codes: 0 full marks, 1 points lost, 2 not gradable through our fault or wrong usage.`,
  options: {
    submission: { type: 'string' },
    backend: { type: 'string' },
    report: { type: 'string' },
    seed: { type: 'string' },
    official: { type: 'boolean' },
    'allow-weak-isolation': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  positionals: { min: 1, max: 1 },
  async run(context) {
    const { values, stdout } = context
    const name = context.positionals[0]
    const labs = await findLabs(name)
    const folder = resolve(text(values, 'submission', COURSE_ROOT))
    if (!(await stat(folder).catch(() => null))?.isDirectory())
      throw new UsageError(`There is no folder "${folder}". Give the folder of a submission with --submission.`)
    const { report, labs: graded } = await gradeCourse(
      {
        labs,
        submissionOf: () => folder,
        name: basename(folder),
        backend: text(values, 'backend', 'auto'),
        seed: seedOf(values),
        official: values.official === true,
        allowWeakIsolation: values['allow-weak-isolation'] === true,
      },
      context,
    )
    const out = resolve(text(values, 'report', join('reports', name === 'all' ? 'all' : labs[0].manifest.id)))
    await writeReport(out, report, graded)
    stdout.write(values.json ? json(report) : `${renderTable(report, stdout)}\nReport: ${join(out, 'report.html')}\n`)
    return report.points === report.maxPoints ? EXIT.fullMarks : EXIT.pointsLost
  },
}

function seedOf(values: Values): number | undefined {
  if (values.seed === undefined) return undefined
  const seed = Number(values.seed)
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    throw new UsageError(`--seed takes a whole number from 0 to 4294967295, and got "${String(values.seed)}".`)
  return seed
}
