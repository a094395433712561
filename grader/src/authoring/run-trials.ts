import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { type Outcome, score } from '@backprop/report'
import { runSuite, type TestResult } from '@backprop/test-runner'
import { solutionDir } from '../course.ts'
import { GraderFault } from '../errors.ts'
import { type Trial, TRIAL_SECONDS, type TrialNote, type Trials, type TrialVerdict } from '../pipeline/suite/trial.ts'

/** The result of one trial: its points by exercise, and the verdict of each test. */
export interface TrialResult {
  readonly trial: Trial
  readonly points: ReadonlyMap<string, number>
  readonly verdicts: ReadonlyMap<string, TrialVerdict>
}

export interface RunTrialsOptions {
  readonly trainings?: boolean
  readonly signal?: AbortSignal
  readonly wallSeconds?: number
  /** A trial that takes longer than this in one test is looping: one that only waits hits the test's limit earlier. */
  readonly loopSeconds?: number
  /** Milliseconds since some moment. */
  readonly clock?: () => number
}

/**
 * Runs a lab's hidden tests on many answers, in one process without the wall. Throws `GraderFault` if that breaks, or
 * if a trial does not end.
 */
export async function runTrials(
  lab: Lab,
  list: readonly Trial[],
  {
    trainings = false,
    signal,
    // A trial that loops is found by its own limit: this only has to suffice for all of them.
    wallSeconds = 900 + 10 * list.length,
    loopSeconds = 1.5 * TRIAL_SECONDS,
    clock = () => performance.now(),
  }: RunTrialsOptions = {},
): Promise<TrialResult[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'backprop-trials-'))
  const at = join(scratch, 'at.txt')
  const watch = new Watch(at, loopSeconds, clock)
  try {
    const trials: Trials = { list, trainings, at }
    const outcome = await runSuite({
      root: lab.dir,
      include: ['hidden/**/*.test.ts'],
      alias: { '#lab/': `${join(solutionDir(lab), 'src')}/` },
      provide: { trials },
      isolate: false,
      testSeconds: wallSeconds,
      wallSeconds,
      signal: signal ? AbortSignal.any([signal, watch.signal]) : watch.signal,
    })
    signal?.throwIfAborted()
    if (watch.signal.aborted)
      throw new GraderFault(
        `a trial of ${lab.manifest.id} ran for more than ${loopSeconds} s, so it probably loops forever: ${await readAt(at)}`,
      )
    const [broken] = [...outcome.broken, ...outcome.results.flatMap(result => result.failures)]
    if (outcome.end !== 'done' || broken)
      throw new GraderFault(
        `the trials of ${lab.manifest.id} did not end: ${broken?.stack ?? `${outcome.end}, at ${await readAt(at)}\n${outcome.output}`}`,
      )
    return triedFrom(lab, list, outcome.results)
  } finally {
    watch.end()
    await rm(scratch, { recursive: true, force: true })
  }
}

const readAt = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => 'before the first')

/** Gives up when one trial runs for too long: `file` is written when a trial begins. */
class Watch {
  readonly #stop = new AbortController()
  readonly #timer: NodeJS.Timeout
  #writtenMs: number | undefined
  #seenAt = 0

  constructor(file: string, seconds: number, clock: () => number) {
    this.#timer = setInterval(() => void this.#look(file, seconds, clock()), 1000)
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  async #look(file: string, seconds: number, now: number): Promise<void> {
    const written = (await stat(file).catch(() => null))?.mtimeMs
    if (written !== this.#writtenMs) this.#seenAt = now
    else if (written !== undefined && now - this.#seenAt > seconds * 1000) this.#stop.abort()
    this.#writtenMs = written
  }

  end(): void {
    clearInterval(this.#timer)
  }
}

function triedFrom(lab: Lab, list: readonly Trial[], results: readonly TestResult[]): TrialResult[] {
  const verdicts = list.map(() => new Map<string, TrialVerdict>())
  for (const result of results)
    for (const [index, verdict] of noteOf(result)) verdicts[index].set(`${result.exercise}/${result.name}`, verdict)
  return list.map((trial, i) => ({ trial, verdicts: verdicts[i], points: pointsOf(lab, verdicts[i]) }))
}

const noteOf = ({ notes }: TestResult): TrialNote => notes.flatMap(note => JSON.parse(note) as TrialNote)

function pointsOf({ manifest }: Lab, verdicts: ReadonlyMap<string, TrialVerdict>): Map<string, number> {
  // An exercise counts here even if one that it builds on has not passed: a trial may answer only one exercise.
  const exercises = manifest.exercises.map(each => ({ ...each, requires: [] }))
  const outcomes = [...verdicts].map(([name, verdict]): Outcome => {
    const [exercise, test] = name.split('/')
    return { exercise, test, status: verdict.failure === null ? 'passed' : 'failed', ms: 0, notes: [] }
  })
  return new Map(score({ ...manifest, exercises }, outcomes).exercises.map(({ id, points }) => [id, points]))
}
