import { resolve } from 'node:path'
import type { Report } from '@backprop/report'
import { safeJson } from '@backprop/safe-text'
import { UsageError } from '../errors.ts'
import { explain as explainGrade } from '../explain/explain.ts'
import { type Question, understand } from '../explain/question.ts'
import { renderExplanation } from '../explain/render.ts'
import { Progress } from '../pipeline/lab-progress.ts'
import { chooseMachine } from '../pipeline/machine.ts'
import { type Draws, ephemeralKey, presentKey } from '../pipeline/seed-key.ts'
import { type Environment, PUBLIC_KEY, verifyingKey } from '../signing/keys.ts'
import { NotAReport, readReport } from '../signing/read.ts'
import { command, EXIT } from './command.ts'

export const explain = command({
  name: 'explain',
  summary: 'Show an instructor how the grade of an exercise came about',
  syntax: parser =>
    parser
      .argument('<report.json>')
      .argument('<exercise>')
      .option(
        '--submission <dir>',
        'the folder that was graded (default: this course, if it holds exactly those files)',
      )
      .option('--lab <lab>', 'where two labs of the report have an exercise of that name')
      .option('--test <id>', 'only this test')
      .option('--backend <name>', "another backend than the report's, if this machine lacks that one")
      .option('--key <file>', `the public key, to check the signature first (default: the one in ${PUBLIC_KEY})`)
      .option('--json', 'print only backprop/explanation/v1, on stdout')
      .addHelpText(
        'after',
        `
Runs the exercise's hidden tests again with the draws and the backend of the report. Shows each call, its inputs, what
came back, what was expected, and whether every test comes out as reported. It shows the tests: not for students.
Exit codes: 0 every test came out as reported, 1 something differs, 2 wrong usage or a fault of the grader.`,
      ),
  async run([file, exercise], { key, json, ...options }, { course, env, stdout, stderr, signal }) {
    const report = await reportAt(file)
    const question = await understand(report, await verifyingKey(key, env), { exercise, ...options, course })
    const { tier, backend, slowness } = await chooseMachine({ backend: options.backend ?? report.environment.backend })
    const draws = await drawsOf(report, env)
    const progress = new Progress(stderr)
    progress.begin(onlyAsked(question))
    const { onEvent } = progress
    const explanation = await explainGrade(question, {
      tier: tier.id,
      backend,
      slowness,
      draws,
      signal,
      onEvent,
    }).finally(() => progress.end())
    stdout.write(
      json ? safeJson(explanation) : `${renderExplanation(explanation, again(file, question, backend), stdout)}\n`,
    )
    return explanation.agrees ? EXIT.fullMarks : EXIT.pointsLost
  },
})

/** What the report was drawn from, if it is available; the explanation says if the key differs. */
async function drawsOf({ provenance: { seed } }: Report, env: Environment): Promise<Draws> {
  return seed === null ? ((await presentKey(env)) ?? ephemeralKey()) : { seed }
}

async function reportAt(file: string): Promise<Report> {
  try {
    return await readReport(file)
  } catch (error) {
    if (error instanceof NotAReport) throw new UsageError(`"${file}" cannot be explained: ${error.message}`)
    throw new UsageError(
      `"${file}" cannot be read (${(error as NodeJS.ErrnoException).code}). Give the path of a report.json.`,
    )
  }
}

/** The lab with only the tests that will run, so that the progress counts them. */
function onlyAsked({ lab, exercise, test }: Question): Question['lab'] {
  const tests = exercise.tests.filter(({ id }) => test === undefined || id === test)
  return { ...lab, manifest: { ...lab.manifest, exercises: [{ ...exercise, tests }] } }
}

/** How to see the same again: one exercise in detail, and the whole lab. */
function again(file: string, { exercise, lab, test, submission, report }: Question, backend: string): string[] {
  const { id } = lab.manifest
  const folder = `--submission ${quoted(resolve(submission))}`
  const { seed } = report.provenance
  return [
    `pnpm grade explain ${quoted(file)} ${exercise.id} --lab ${id} ${folder}${test ? ` --test ${test}` : ''}`,
    `pnpm grade ${id} ${folder}${seed === null ? '' : ` --seed ${seed}`} --backend ${backend}`,
  ]
}

const quoted = (path: string): string => (/^[\w./:\\-]+$/.test(path) ? path : `"${path}"`)
