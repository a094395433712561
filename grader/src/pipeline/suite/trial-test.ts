import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plain } from '@backprop/core'
import { failureOf, NOTE, type TestFailure } from '@backprop/test-runner/events'
import { test } from 'vitest'
import { drawKeyOfSeed, streamOf } from '../../sandbox/draws.ts'
import { isSuiteError } from '../score/outcome.ts'
import type { SubmissionFixtures } from './fixtures.ts'
import { changed } from './rules.ts'
import { Strays } from './strays.ts'
import { isLeftOut, LEFT_OUT, type Trial, TRIAL_SECONDS, type Trials, type TrialVerdict } from './trial.ts'
import { type Exports, LocalSession } from './trial-session.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers to try in this process, in place of a submission behind the wall. */
    trials?: Trials
  }
}

/** A test that trains, when trials should be quick. */
class LeftOut extends Error {
  override readonly name = 'LeftOut'
}

const on = plain()
let now: { readonly trial: Trial; readonly trainings: boolean } | null = null

/** Indices of the trials that have failed a test; shared by all files of a suite. */
const failed = new Set<number>()

/** Distinguishes the submissions in one process; throws if trainings should be left out. */
export function submissionNow(): Trial | null {
  if (now && !now.trainings) throw new LeftOut(LEFT_OUT)
  return now?.trial ?? null
}

/** The module that a file tests, and its functions that must not change their arguments. */
interface Tested {
  readonly module: string
  readonly keepsArguments?: readonly string[]
}

/** A hidden test that is run once for each trial, and notes how each went. */
export function trialTest<M>(trials: Trials, { module, keepsArguments = [] }: Tested) {
  return (name: string, body: (fixtures: SubmissionFixtures<M>) => Promise<void>): void =>
    test(name, async ({ task, annotate }) => {
      const fullName = task.fullTestName ?? task.name
      const verdicts: [index: number, verdict: TrialVerdict][] = []
      for (const [i, trial] of trials.list.entries()) {
        if (trial.exercise !== undefined && !fullName.startsWith(`${trial.exercise} `)) continue
        if (trial.modules && !trial.modules.includes(module)) continue
        if (trial.once && failed.has(i)) continue
        writeFileSync(trials.at, `${trial.id}, in ${fullName}`)
        now = { trial, trainings: trials.trainings }
        let applied = false
        const end = await endOf(async () =>
          body(
            await fixturesFor<M>({ trial, module, test: fullName, keepsArguments, applies: () => (applied = true) }),
          ),
        )
        const verdict = { ...end, applied }
        verdicts.push([i, verdict])
        if (verdict.failure !== null && !isLeftOut(verdict)) failed.add(i)
      }
      await annotate(JSON.stringify(verdicts), NOTE)
    })
}

interface Setting {
  readonly trial: Trial
  readonly module: string
  readonly test: string
  readonly keepsArguments: readonly string[]
  readonly applies: () => void
}

async function fixturesFor<M>({
  trial,
  module,
  test,
  keepsArguments,
  applies,
}: Setting): Promise<SubmissionFixtures<M>> {
  const key = drawKeyOfSeed(trial.seed)
  const exports = changed(await modulesOf(trial.src, module), trial, applies)
  const student = new LocalSession(exports, on, keepsArguments).remote<M>()
  return {
    student,
    elsewhere: () => Promise.resolve(student),
    on,
    backend: 'plain',
    rng: streamOf(key, test, 'inputs'),
    secret: what => streamOf(key, test, `secret: ${what}`),
    progress: () => {},
    note: () => {},
  }
}

async function modulesOf(src: string, module: string): Promise<Exports> {
  const file = join(src, `${module}.ts`)
  if (!existsSync(file)) throw new Error(`there is no ${module}.ts`)
  return (await import(/* @vite-ignore */ file)) as Exports
}

/** How a trial ends. One that waits forever is given up; one that loops forever is ended from outside, with the rest. */
async function endOf(trial: () => Promise<void>): Promise<Pick<TrialVerdict, 'failure' | 'broke'>> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took more than ${TRIAL_SECONDS} s`)), TRIAL_SECONDS * 1000)
  })
  const strays = new Strays()
  try {
    await Promise.race([trial(), late])
    return verdictOf((await strays.stop()).at(0))
  } catch (error) {
    await strays.stop()
    return verdictOf(failureOf(error))
  } finally {
    clearTimeout(timer)
  }
}

function verdictOf(failure: TestFailure | undefined): Pick<TrialVerdict, 'failure' | 'broke'> {
  if (!failure) return { failure: null, broke: false }
  const broke = failure.name !== LeftOut.name && isSuiteError(failure)
  const where = broke ? ` (${/\bhidden[\\/][\w\\/.-]+:\d+/.exec(failure.stack)?.[0]})` : ''
  return { failure: `${failure.name}: ${failure.message}`.slice(0, 300) + where, broke }
}
