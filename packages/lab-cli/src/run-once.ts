import { randomUUID } from 'node:crypto'
import { basename, join, relative, resolve } from 'node:path'
import type { Lab } from '@backprop/course'
import { proveWritable, writeWhole } from '@backprop/files'
import { contextFor, type Exporter, headline, writeExports } from '@backprop/report'
import { safeJson } from '@backprop/safe-text'
import { testVisibly, type VisibleFailure, type VisibleLab, visibleReport } from '@backprop/visible-tests'
import { type LabCheck, LabChecker } from './check/lab-checker.ts'
import { NOTHING_FOUND } from './check/type-checker.ts'
import { resultsOf } from './findings/exercise-result.ts'
import { exercisesOf } from './lab/current-exercise.ts'
import { afterRuns, readProgress, writeProgress } from './lab/lab-progress.ts'
import { outcomeText, titleText } from './render/outcome-lines.ts'
import { styleFor, wrapped } from './render/terminal-text.ts'

/** What a run gets from the outside. */
export interface RunContext {
  readonly stdout: NodeJS.WritableStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => Date
  readonly signal: AbortSignal
  /** The terminal's folder: paths are printed relative to it. */
  readonly cwd: string
}

/** Runs the visible tests of a lab, or of one exercise, once. Resolves to the exit code. */
export async function runOnce(lab: Lab, exercise: string | undefined, context: RunContext): Promise<number> {
  const { stdout, signal, cwd } = context
  const exercises = exercisesOf(lab, exercise)
  const [log, style] = [logFor(context), styleFor(stdout)]
  log.print(titleText(lab, style))
  const checker = new LabChecker(lab)
  try {
    const check = await checker.check({ exercise, signal })
    signal.throwIfAborted()
    const results = await resultsOf(lab, exercises, check)
    const trouble = await writeProgress(lab, afterRuns(await readProgress(lab), results))
    const { text, isAllGreen } = outcomeText(lab, results, check, { style, cwd })
    log.printFenced(text)
    if (trouble) log.print(`${wrapped(trouble, style.columns).join('\n')}\n`)
    return isAllGreen ? 0 : 1
  } finally {
    await checker.close()
  }
}

export interface ReportOptions {
  readonly labs: readonly Lab[]
  readonly root: string
  readonly folder: string
  readonly exporters: readonly Exporter[]
}

/** Runs the visible tests of several labs, and writes report.json and exports. Resolves to the exit code. */
export async function runAndReport(
  { labs, root, folder, exporters }: ReportOptions,
  context: RunContext,
): Promise<number> {
  const { stdout, env, now, signal, cwd } = context
  const style = styleFor(stdout)
  // Whatever is missing is reported before the tests, not after.
  const exportContext = contextFor(exporters, env)
  await proveWritable(folder)
  const log = logFor(context)
  const tested: VisibleLab[] = []
  const errors: string[] = []
  for (const lab of labs) {
    const result = await testVisibly(lab, { signal })
    tested.push(result)
    const check: LabCheck = {
      ...NOTHING_FOUND,
      changed: [],
      outcome: { ...result.outcome, printed: '' },
      ms: 0,
    }
    const results = await resultsOf(lab, lab.manifest.exercises, check)
    const { text } = outcomeText(lab, results, check, { style, cwd })
    log.printFenced(`${titleText(lab, style)}${text}\n`)
    errors.push(...annotations(lab.dir, firstOfEach(result.failures), resolve(env.GITHUB_WORKSPACE ?? root)))
  }
  const report = visibleReport({ submission: basename(root), labs: tested, gradedAt: now() })
  await writeWhole(join(folder, 'report.json'), safeJson(report))
  await writeExports(folder, exporters, report, exportContext)
  log.annotate(errors)
  log.print(`${headline(report)}. Report: ${join(folder, 'report.json')}\n`)
  return report.points === report.maxPoints ? 0 : 1
}

/** The first failure of each exercise. What several share, such as a file that doesn't load, comes once. */
function firstOfEach(failures: readonly VisibleFailure[]): VisibleFailure[] {
  const firstBy = (all: readonly VisibleFailure[], key: (failure: VisibleFailure) => unknown) =>
    all.filter((failure, i) => all.findIndex(other => key(other) === key(failure)) === i)
  const perExercise = firstBy(failures, ({ exercise }) => exercise)
  return firstBy(perExercise, ({ message, place }) => `${place?.file}:${place?.line} ${message}`)
}

/**
 * Where output goes. The runner of a GitHub job obeys commands in its log, so there, text from student code is fenced. See
 * https://docs.github.com/actions/reference/workflow-commands
 */
function logFor({ stdout, env }: RunContext) {
  const isGitHub = env.GITHUB_ACTIONS === 'true'
  return {
    print: (text: string) => void stdout.write(text),
    printFenced: (text: string) => void stdout.write(isGitHub ? fenced(text) : text),
    annotate: (lines: readonly string[]) => void (isGitHub && stdout.write(shownAnnotations(lines).join(''))),
  }
}

/** Text from any source, such that GitHub's runner obeys no command in it. */
function fenced(text: string): string {
  const token = randomUUID()
  return `::stop-commands::${token}\n${text.trimEnd()}\n::${token}::\n`
}

/** Each failure as an error at its line; GitHub takes paths to be relative to `workspace`. */
function annotations(folder: string, failures: readonly VisibleFailure[], workspace: string): string[] {
  return failures.map(({ title, message, place }) => {
    const file = place && relative(workspace, resolve(folder, place.file)).replaceAll('\\', '/')
    const properties = Object.entries({ file, line: place?.line, title }).filter(([, value]) => value !== undefined)
    const written = properties.map(([name, value]) => `${name}=${escapedProperty(String(value))}`)
    return `::error ${written.join(',')}::${escapedData(message)}\n`
  })
}

/** GitHub shows no more annotations of a step. */
const MAX_ANNOTATIONS = 10

/** As many as GitHub shows; the last one counts the rest. */
function shownAnnotations(lines: readonly string[]): string[] {
  if (lines.length <= MAX_ANNOTATIONS) return [...lines]
  const left = lines.length - MAX_ANNOTATIONS + 1
  return [...lines.slice(0, MAX_ANNOTATIONS - 1), `::error::and ${left} more: see the log of this step\n`]
}

const escapedData = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const escapedProperty = (text: string) => escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
