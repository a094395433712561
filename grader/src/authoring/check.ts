import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { runSuite } from '@backprop/test-runner'
import { gradeLab, type GradedLab } from '../pipeline/grade-lab.ts'
import type { BackendName } from '../sandbox/device/backends.ts'
import type { TierId } from '../sandbox/tiers/tiers.ts'
import { checkAnswers } from './check-answers.ts'
import { solutionDir } from '../course.ts'
import { applyMutant, loadMutants, type Mutant } from './mutants.ts'
import { checkQuickly } from './quick-mutants.ts'
import { expectedStubs } from '../intake/expected-stubs.ts'

export const MUTANT_RUNS = ['all', 'own', 'quick', 'none'] as const

export interface CheckOptions {
  readonly tier: TierId
  readonly slowness?: number
  readonly backend: BackendName
  /**
   * Which tests mutants are shown: `own` says that they lose, `all` also that they lose nothing else, and so does `quick`,
   * in one process without the wall and without the tests that train.
   */
  readonly mutants: (typeof MUTANT_RUNS)[number]
  /** With how many seeds the solution is tried, and answers that are made by rule with some; 0 leaves all of them out. */
  readonly seeds: number
  readonly signal: AbortSignal
  /** Tells what is being done. */
  readonly say: (line: string) => void
}

/** Everything that is wrong with a lab, one sentence each. */
export async function checkLab(lab: Lab, options: CheckOptions): Promise<string[]> {
  options.say('stubs, ids and texts')
  const complaints = [...(await checkStubs(lab)), ...(await checkTexts(lab))]
  options.say('visible tests on the solution')
  complaints.push(...(await checkVisible(lab, options.signal)))
  // Grading something that is not in order only adds noise.
  if (complaints.length > 0) return complaints

  const grade: Grade = (submission, only) => gradeLab({ lab, submission, ...options, only, evenIfUntouched: true })
  options.say('hidden tests on the stubs')
  complaints.push(...judgeStubs(await grade(lab.dir)))
  options.say('hidden tests on the solution')
  const solution = await grade(solutionDir(lab))
  complaints.push(...judgeSolution(solution))
  if (options.seeds > 0 && complaints.length === 0) complaints.push(...(await checkAnswers(lab, options)))
  if (options.mutants !== 'none' && complaints.length === 0)
    complaints.push(...(await checkMutants(lab, options, grade)))
  return complaints
}

type Grade = (submission: string, only?: { readonly exercise: string }) => Promise<GradedLab>

async function checkStubs(lab: Lab): Promise<string[]> {
  const complaints: string[] = []
  let text = ''
  for (const [file, wanted] of await expectedStubs(lab)) {
    const stub = await readFile(join(lab.dir, file), 'utf8').catch(() => '')
    if (stub !== wanted)
      complaints.push(`${file} is not what its solution says: run "pnpm grade stubs ${lab.manifest.id} --write"`)
    text += stub
  }
  // An exercise may ask for several functions.
  const ids = new Set(idsIn(text, /\/\/ TODO\(([a-z0-9-]+)\):/g))
  return [...complaints, ...compareIds('the stubs (// TODO(id): …)', [...ids], lab)]
}

async function checkTexts(lab: Lab): Promise<string[]> {
  const read = (file: string) => readFile(join(lab.dir, file), 'utf8').catch(() => '')
  const [readme, hints] = [await read('README.md'), await read('hints.md')]
  const complaints = [
    ...compareIds('README.md (## … `id`)', idsIn(readme, /^## .*`([a-z0-9-]+)`/gm), lab),
    ...compareIds('hints.md (## id)', idsIn(hints, /^## ([a-z0-9-]+)$/gm), lab),
  ]
  for (const section of hints.split(/^## /m).slice(1)) {
    const levels = [...section.matchAll(/^### ([123])\n+\S/gm)].map(match => match[1]).join('')
    if (levels !== '123')
      complaints.push(`hints.md: "${section.split('\n')[0]}" needs the levels ### 1, ### 2 and ### 3, each with a text`)
  }
  return complaints
}

async function checkVisible(lab: Lab, signal: AbortSignal): Promise<string[]> {
  const outcome = await runSuite({
    root: lab.dir,
    include: ['test/**/*.test.ts'],
    alias: { '#lab/': `${join(solutionDir(lab), 'src')}/` },
    testSeconds: 60,
    lateErrors: true,
    wallSeconds: 120,
    signal,
  })
  signal.throwIfAborted()
  const failed = outcome.results.filter(result => result.state !== 'passed')
  return [
    ...outcome.broken.map(failure => `the visible tests are broken: ${failure.message}`),
    ...(outcome.end === 'done' ? [] : [`the visible tests did not end: ${outcome.end}`]),
    ...failed.map(({ exercise, name }) => `the solution fails the visible test "${name}" of ${exercise}`),
    ...compareIds('the visible tests', [...new Set(outcome.tests.map(test => test.exercise))], lab),
  ]
}

function judgeStubs(stubs: GradedLab): string[] {
  return stubs.exercises
    .filter(({ status }) => status !== 'not-started')
    .map(({ id, status, points }) => `the stub of ${id} is "${status}" with ${points} points, not "not started"`)
}

function judgeSolution(solution: GradedLab): string[] {
  const problem = solution.problem ? [`the solution could not be run: ${solution.problem}`] : []
  const lost = solution.exercises.flatMap(({ id, tests }) =>
    tests
      .filter(test => test.status !== 'passed')
      .map(test => `the solution does not pass ${id}/${test.id}: ${test.status}`),
  )
  return [...problem, ...lost, ...solution.unlisted.map(test => `the hidden test ${test} is not in lab.json`)]
}

async function checkMutants(lab: Lab, { mutants: run, say, signal }: CheckOptions, grade: Grade): Promise<string[]> {
  const mutants = await loadMutants(lab)
  const complaints = lab.manifest.exercises
    .map(({ id }) => ({ id, count: mutants.filter(mutant => mutant.loses.includes(id)).length }))
    .filter(({ count }) => count < 3)
    .map(({ id, count }) => `${id} has ${count} mutants; at least 3 are wanted`)
  const behindWall = run === 'quick' ? mutants.filter(({ hangs }) => hangs) : mutants
  if (run === 'quick') {
    say('mutants, without the wall')
    const ending = mutants.filter(({ hangs }) => !hangs)
    complaints.push(...(await checkQuickly(lab, ending, signal)))
  }
  for (const [i, mutant] of behindWall.entries()) {
    say(`mutant ${i + 1} of ${behindWall.length}: ${mutant.id}`)
    const folder = await mkdtemp(join(tmpdir(), 'backprop-mutant-'))
    try {
      await cp(join(solutionDir(lab), 'src'), join(folder, 'src'), { recursive: true })
      const file = join(folder, mutant.file)
      await writeFile(file, applyMutant(mutant, await readFile(file, 'utf8')))
      const runs = run === 'all' ? [undefined] : mutant.loses.map(exercise => ({ exercise }))
      for (const only of runs) complaints.push(...judgeMutant(mutant, await grade(folder, only), only))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return complaints
}

function judgeMutant({ id, loses, why }: Mutant, graded: GradedLab, only?: { readonly exercise: string }): string[] {
  if (graded.problem) return [`mutant ${id} could not be run: ${graded.problem}`]
  return graded.exercises.flatMap(({ id: exercise, points, maxPoints }) => {
    if (only && exercise !== only.exercise) return []
    if (loses.includes(exercise) && points === maxPoints)
      return [`mutant ${id} (${why}) survives: ${exercise} keeps all its points`]
    if (!loses.includes(exercise) && points < maxPoints)
      return [`mutant ${id} (${why}) also loses points on ${exercise}`]
    return []
  })
}

const idsIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(match => match[1])

function compareIds(where: string, found: readonly string[], { manifest }: Lab): string[] {
  const wanted = manifest.exercises.map(exercise => exercise.id)
  return [
    ...wanted.filter(id => !found.includes(id)).map(id => `${where}: exercise "${id}" is not there`),
    ...found.filter(id => !wanted.includes(id)).map(id => `${where}: "${id}" is not an exercise of lab.json`),
    ...found.filter((id, i) => found.indexOf(id) !== i).map(id => `${where}: "${id}" is there twice`),
  ]
}
