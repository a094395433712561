import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { z } from 'zod'
import { solutionDir } from '../course.ts'
import { GraderFault } from '../errors.ts'
import { isLeftOut } from '../pipeline/suite/trial.ts'
import { mistakeOf, mistakeTrials, probeTrials, solutionTrials, trivialTrials } from './make-trials.ts'
import { runTrials, type TrialResult } from './run-trials.ts'

/** A conceptual mistake that no hidden test notices, and why that is acceptable. */
type Survivor = z.infer<typeof Survivor>
const Survivor = z.strictObject({
  rule: z.string(),
  /** The functions where it goes unnoticed. */
  functions: z.array(z.string()).min(1),
  why: z.string().min(10),
})

export interface CheckTrialsOptions {
  /** How many seeds the solution is tried with. */
  readonly seeds: number
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** How many seeds each conceptual mistake is tried with: every one of them must reveal it. */
const MISTAKE_SEEDS = 2

/**
 * What is wrong with a lab's hidden tests, judged by many answers: the solution must pass with any seed, answers that
 * take no work must earn nothing, and conceptual mistakes must lose points.
 */
export async function checkTrials(lab: Lab, { seeds, signal, say }: CheckTrialsOptions): Promise<string[]> {
  say(`the solution with ${seeds} seeds, and generated answers`)
  const groups = [
    solutionTrials(lab, seeds),
    await trivialTrials(lab),
    await probeTrials(lab),
    await mistakeTrials(lab, MISTAKE_SEEDS),
  ]
  const tried = await runTrials(lab, groups.flat(), { signal })
  const [solution, trivial, probes, mistakes] = groups.map(group => tried.splice(0, group.length))
  const said = new Set(probes.filter(hasApplied).map(({ trial }) => trial.id))
  const finer = await runTrials(lab, await mistakeTrials(lab, MISTAKE_SEEDS, said), { signal })
  return [
    ...judgeSeeds(solution),
    ...trivial.flatMap(judgeTrivial),
    ...judgeMistakes([...mistakes, ...finer], await survivorsOf(lab)),
  ]
}

const hasApplied = ({ verdicts }: TrialResult): boolean => [...verdicts.values()].some(({ applied }) => applied)

function judgeSeeds(tried: readonly TrialResult[]): string[] {
  const lost = tried.flatMap(({ trial, verdicts }) =>
    [...verdicts].flatMap(([test, verdict]) =>
      verdict.failure === null || isLeftOut(verdict) ? [] : [{ test, seed: trial.seed, failure: verdict.failure }],
    ),
  )
  return [...new Set(lost.map(({ test }) => test))].map(test => {
    const times = lost.filter(each => each.test === test)
    const [{ seed, failure }] = times
    return `the solution does not pass ${test} with ${times.length} of ${tried.length} seeds, as with ${seed}: ${failure}`
  })
}

function judgeTrivial({ trial, verdicts, points }: TrialResult): string[] {
  return [...points]
    .filter(([exercise, count]) => count > 0 && exercise !== 'quiz')
    .map(([exercise, count]) => {
      const tests = [...verdicts].filter(([test, { failure }]) => failure === null && test.startsWith(`${exercise}/`))
      const names = tests.map(([test]) => test).join(', ')
      return `the trivial answer "${trial.id}" earns ${count} points, by ${names}`
    })
}

function judgeMistakes(tried: readonly TrialResult[], accepted: readonly Survivor[]): string[] {
  const survives = (one: TrialResult) =>
    hasApplied(one) && [...one.verdicts.values()].every(each => each.failure === null || isLeftOut(each))
  const survivors = tried.filter(survives)
  const ids = new Set(survivors.map(({ trial }) => trial.id))
  const known = new Set(accepted.flatMap(({ rule, functions }) => functions.map(name => mistakeOf(name, rule))))
  return [
    ...[...ids]
      .filter(id => !known.has(id))
      .map(id => {
        const seeds = survivors.filter(({ trial }) => trial.id === id).map(({ trial }) => trial.seed)
        const when = seeds.length < MISTAKE_SEEDS ? `, with seed ${seeds.join(' and ')}` : ''
        return `no hidden test notices the mistake "${id}"${when}`
      }),
    ...[...known]
      .filter(id => !ids.has(id))
      .map(id => `survivors.json lists the mistake "${id}", which a test notices, or which no rule makes`),
  ]
}

/** The survivors that `solutions/NN-name/survivors.json` accepts; the file is optional. */
async function survivorsOf(lab: Lab): Promise<Survivor[]> {
  const text = await readFile(join(solutionDir(lab), 'survivors.json'), 'utf8').catch(() => '[]')
  const parsed = z.array(Survivor).safeParse(JSON.parse(text))
  if (!parsed.success)
    throw new GraderFault(`solutions/${lab.manifest.id}/survivors.json is invalid:\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}
