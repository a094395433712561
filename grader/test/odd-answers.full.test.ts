import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { describe, expect, test } from 'vitest'
import { answersOf } from '../src/authoring/read-solution.ts'
import { runTrials, type TrialResult } from '../src/authoring/run-trials.ts'
import { findLabs, solutionDir } from '../src/course.ts'
import { ODD_ANSWERS } from '../src/pipeline/suite/odd-values.ts'
import type { Trial } from '../src/pipeline/suite/trial.ts'
import { usesTensors } from '../src/sandbox/sealed.ts'

/**
 * Every function of every lab answers with things that no test expects, at its first call or after some right ones, in one
 * process for each lab. A test may fail by it, and nothing else: it must not break, hang, or give points.
 * `ODD_ANSWERS=all` tries every answer in every function, which takes minutes; otherwise each function gets some of them.
 */

const EVERY = process.env.ODD_ANSWERS === 'all' ? 1 : 17

/** Tests that look at what a function does, and not at what it answers: which odd answer it gives is nothing to them. */
const LOOKS_ELSEWHERE: Readonly<Record<string, string>> = {
  'evaluate/batches': 'which images are read, and how many at a time',
  'defence/on-epoch': 'what onEpoch hears of each epoch',
  'lenet/parameters': 'what weightsOf, which is given, finds in whatever lenet made',
  'lenet/generator': 'what weightsOf, which is given, finds in whatever lenet made',
  'permutation/one-order': 'which images are trained on and read',
  'early-stopping/restore': 'which weights are put back',
  'early-stopping/live-weights': 'which weights are put back, of the last call',
}

/** Exercises each of whose tests gives points for its first call alone: what later calls answer is another test's matter. */
const FIRST_CALL_COUNTS = ['choose-the-loss']

/** Odd answers that are as good as the right ones: hidden tests take a tensor of the right numbers for a list of them. */
const AS_GOOD = ['the numbers as a tensor', 'the numbers as one list']

async function trialsOf(lab: Lab): Promise<Trial[]> {
  const tensors = usesTensors(lab.manifest.mayImport)
  const rules = ODD_ANSWERS.filter(({ id }) => tensors || !id.includes('tensor'))
  const all = (await answersOf(lab)).flatMap(({ name, exercise }) =>
    rules.map(({ id }) => ({
      id: `${name}: ${id}`,
      seed: 1,
      src: join(solutionDir(lab), 'src'),
      rule: id,
      functions: { [name]: {} },
      exercise,
    })),
  )
  // It has no divisor in common with the number of rules, so all kinds of rules take turns.
  return all.filter((_, i) => i % EVERY === 0)
}

const broken = ({ trial, verdicts }: TrialResult): string[] =>
  [...verdicts].flatMap(([name, { broke, failure }]) => (broke ? [`${name}, ${trial.id}: ${failure}`] : []))

const undeserved = ({ trial, verdicts }: TrialResult): string[] =>
  [...verdicts].flatMap(([name, { applied, failure }]) => {
    const first =
      FIRST_CALL_COUNTS.some(exercise => name.startsWith(`${exercise}/`)) && !trial.rule?.includes('after 0')
    const fair = first || Object.hasOwn(LOOKS_ELSEWHERE, name) || AS_GOOD.some(rule => trial.rule?.startsWith(rule))
    return applied && failure === null && !fair ? [`${name}, ${trial.id}`] : []
  })

describe.each((await findLabs('all')).map(lab => ({ lab, id: lab.manifest.id })))('odd answers to $id', ({ lab }) => {
  test('break no hidden test, and earn nothing', { timeout: 900_000 }, async () => {
    const tried = await runTrials(lab, await trialsOf(lab))
    expect(tried.flatMap(broken)).toEqual([])
    expect(tried.flatMap(undeserved)).toEqual([])
    const replaced = tried.filter(({ verdicts }) => [...verdicts.values()].some(({ applied }) => applied))
    expect(replaced.length, 'many of them really replace an answer').toBeGreaterThan(tried.length / 4)
  })
})
