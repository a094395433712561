import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { score, type Outcome } from '@backprop/report'
import { runSuite, type TestResult } from '@backprop/testkit/run'
import { GraderFault } from '../errors.ts'
import type { Trial, Trials, TrialNote, TrialVerdict } from '../trials/trial.ts'
import { solutionDir } from './course.ts'

/** What became of one trial: its points by exercise, and what each test said. */
export interface Tried {
  readonly trial: Trial
  readonly points: ReadonlyMap<string, number>
  readonly verdicts: ReadonlyMap<string, TrialVerdict>
}

export interface TryOptions {
  readonly trainings?: boolean
  readonly signal?: AbortSignal
  readonly wallSeconds?: number
}

/** Shows many answers to a lab's hidden tests, in one process without the wall. Throws `GraderFault` where that breaks. */
export async function tryAnswers(
  lab: Lab,
  list: readonly Trial[],
  { trainings = false, signal, wallSeconds = 900 }: TryOptions = {},
): Promise<Tried[]> {
  const trials: Trials = { list, trainings }
  const outcome = await runSuite({
    root: lab.dir,
    include: ['hidden/**/*.test.ts'],
    alias: { '#lab/': `${join(solutionDir(lab), 'src')}/` },
    provide: { trials },
    isolate: false,
    testSeconds: wallSeconds,
    wallSeconds,
    signal,
  })
  signal?.throwIfAborted()
  const broken = [...outcome.broken, ...outcome.results.flatMap(result => result.failures)]
  if (outcome.end !== 'done' || broken.length > 0)
    throw new GraderFault(
      `the trials of ${lab.manifest.id} did not end: ${broken[0]?.stack ?? `${outcome.end}\n${outcome.output}`}`,
    )
  const verdicts = list.map(() => new Map<string, TrialVerdict>())
  for (const result of outcome.results)
    for (const [index, verdict] of noteOf(result)) verdicts[index].set(`${result.exercise}/${result.name}`, verdict)
  return list.map((trial, i) => ({ trial, verdicts: verdicts[i], points: pointsOf(lab, verdicts[i]) }))
}

const noteOf = ({ notes }: TestResult): TrialNote => notes.flatMap(note => JSON.parse(note) as TrialNote)

function pointsOf({ manifest }: Lab, verdicts: ReadonlyMap<string, TrialVerdict>): Map<string, number> {
  // An exercise counts here even where one that it builds on has not passed: a trial may be of one exercise alone.
  const exercises = manifest.exercises.map(each => ({ ...each, requires: [] }))
  const outcomes = [...verdicts].map(([name, verdict]): Outcome => {
    const [exercise, test] = name.split('/')
    return { exercise, test, status: verdict.failure === null ? 'passed' : 'failed', ms: 0, notes: [] }
  })
  return new Map(score({ ...manifest, exercises }, outcomes).exercises.map(({ id, points }) => [id, points]))
}
