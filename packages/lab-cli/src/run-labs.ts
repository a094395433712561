import { safeJson } from '@backprop/safe-text'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Lab } from '@backprop/course'
import { proveWritable } from '@backprop/files'
import { contextFor, headline, writeExports, type Exporter } from '@backprop/report'
import { LabChecker } from './check/lab-checker.ts'
import { annotations, fenced, firstOf } from './github.ts'
import { afterRuns, readProgress, writeProgress } from './lab/progress.ts'
import { lookOf, wrapped } from './render/look.ts'
import { exercisesOf, showOutcome, showTitle } from './show.ts'
import { testVisibly, visibleReport, type VisibleFailure, type VisibleLab } from '@backprop/visible-tests'
import { judgeAll } from './watch/judge.ts'

/** What a command gets from outside. */
export interface Surroundings {
  readonly stdout: NodeJS.WritableStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => Date
  readonly signal: AbortSignal
  /** Folder that the terminal is in: paths are shown from there. */
  readonly cwd: string
}

/** Runs the visible tests of a lab, or of one exercise, for the person at the terminal. Resolves to the exit code. */
export async function runOnce(lab: Lab, exercise: string | undefined, around: Surroundings): Promise<number> {
  const { stdout, signal, cwd } = around
  const asked = exercisesOf(lab, exercise)
  const [log, look] = [logOf(around), lookOf(stdout)]
  log.now(showTitle(lab, look))
  const checker = new LabChecker(lab)
  try {
    const checked = await checker.check({ exercise, signal })
    signal.throwIfAborted()
    const judged = await judgeAll(lab, asked, checked)
    // The loop knows what was done without it.
    const trouble = await writeProgress(lab, afterRuns(await readProgress(lab), judged))
    const { text, isAllGreen } = showOutcome(lab, judged, checked, { look, cwd })
    log.fenced(text)
    if (trouble) log.now(`${wrapped(trouble, look.columns).join('\n')}\n`)
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

/** The same for several labs, with report.json and exports in a folder. Resolves to the exit code. */
export async function runAndReport(
  { labs, root, folder, exporters }: ReportOptions,
  around: Surroundings,
): Promise<number> {
  const { stdout, env, now, signal, cwd } = around
  const look = lookOf(stdout)
  // Whatever is missing is said before the tests, not after.
  const context = contextFor(exporters, env)
  await proveWritable(folder)
  const log = logOf(around)
  const tested: VisibleLab[] = []
  const errors: string[] = []
  for (const lab of labs) {
    const result = await testVisibly(lab, { signal })
    tested.push(result)
    const seen = { outcome: result.outcome, problems: [] }
    const { text } = showOutcome(lab, await judgeAll(lab, lab.manifest.exercises, seen), seen, { look, cwd })
    log.fenced(`${showTitle(lab, look)}${text}\n`)
    errors.push(...annotations(lab.dir, firstOfEach(result.failures), resolve(env.GITHUB_WORKSPACE ?? root)))
  }
  const report = visibleReport({ submission: basename(root), labs: tested, gradedAt: now() })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'report.json'), safeJson(report))
  await writeExports(folder, exporters, report, context)
  log.commands(firstOf(errors))
  log.now(`${headline(report)}. Report: ${join(folder, 'report.json')}\n`)
  return report.points === report.maxPoints ? 0 : 1
}

/** The first trouble of each exercise; what several share, such as a file that does not load, is told once. */
function firstOfEach(failures: readonly VisibleFailure[]): VisibleFailure[] {
  const firstBy =
    (key: (failure: VisibleFailure) => unknown) =>
    (failure: VisibleFailure, i: number, all: readonly VisibleFailure[]) =>
      all.findIndex(other => key(other) === key(failure)) === i
  const cause = ({ message, place }: VisibleFailure) => `${place?.file}:${place?.line} ${message}`
  return failures.filter(firstBy(({ exercise }) => exercise)).filter(firstBy(cause))
}

/** Where a GitHub job listens, no line that a student's code may have had a say in gets to it as a command. */
function logOf({ stdout, env }: Surroundings) {
  const isGitHub = env.GITHUB_ACTIONS === 'true'
  return {
    now: (text: string) => void stdout.write(text),
    fenced: (text: string) => void stdout.write(isGitHub ? fenced(text) : text),
    commands: (lines: readonly string[]) => void (isGitHub && stdout.write(lines.join(''))),
  }
}
