import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { runSuite, SuiteHosts } from '@backprop/test-runner'
import { solutionDir } from '../course.ts'
import { expectedStubs } from '../intake/stubs.ts'
import { type GradedLab, gradeLab } from '../pipeline/grade-lab.ts'
import { prepareLab } from '../pipeline/prepare-lab.ts'
import type { BackendName } from '../sandbox/device/backends.ts'
import type { TierId } from '../sandbox/tiers/tiers.ts'
import { checkTrials } from './check-trials.ts'
import { checkMutants, type Grade, type MutantOptions } from './mutants.ts'
import { checkReadme, correctReadme } from './readme.ts'

export interface CheckOptions extends MutantOptions {
  readonly tier: TierId
  readonly slowness?: number
  readonly backend: BackendName
  /** How many seeds the solution must pass with; generated answers run too. 0 skips all of this. */
  readonly seeds: number
}

/** Everything that is wrong with a lab, one sentence each. */
export async function checkLab(lab: Lab, options: CheckOptions): Promise<string[]> {
  options.say('stubs, ids and texts')
  const complaints = [...(await checkStubs(lab)), ...(await checkTexts(lab))]
  options.say('visible tests on the solution')
  complaints.push(...(await checkVisible(lab, options.signal)))
  // Grading a broken lab only adds noise.
  if (complaints.length > 0) return complaints

  const suites = new SuiteHosts(1)
  try {
    const facts = { lab, prepared: await prepareLab(lab), suites, ...options, evenIfUntouched: true }
    return await checkSuite(lab, options, (submission, only) => gradeLab({ ...facts, submission, only }))
  } finally {
    await suites.close()
  }
}

/** What the hidden tests make of the stubs, the solution and wrong answers. */
async function checkSuite(lab: Lab, options: CheckOptions, grade: Grade): Promise<string[]> {
  options.say('hidden tests on the stubs')
  const complaints = judgeStubs(await grade(lab.dir))
  options.say('hidden tests on the solution')
  complaints.push(...judgeSolution(await grade(solutionDir(lab))))
  if (options.seeds > 0 && complaints.length === 0) complaints.push(...(await checkTrials(lab, options)))
  if (complaints.length === 0) complaints.push(...(await checkMutants(lab, options, grade)))
  return complaints
}

/** Writes what is derived from the solutions and `lab.json`: stubs, and the README's headings. Returns the paths. */
export async function fixLab(lab: Lab): Promise<string[]> {
  const readme = await readFile(join(lab.dir, 'README.md'), 'utf8').catch(() => '')
  const expected = [...(await expectedStubs(lab)), ['README.md', correctReadme(readme, lab.manifest)] as const]
  const written: string[] = []
  for (const [file, text] of expected) {
    const path = join(lab.dir, file)
    if ((await readFile(path, 'utf8').catch(() => '')) === text) continue
    await writeFile(path, text)
    written.push(`labs/${lab.manifest.id}/${file}`)
  }
  return written
}

async function checkStubs(lab: Lab): Promise<string[]> {
  const complaints: string[] = []
  let text = ''
  for (const [file, expected] of await expectedStubs(lab)) {
    const stub = await readFile(join(lab.dir, file), 'utf8').catch(() => '')
    if (stub !== expected)
      complaints.push(`${file} differs from the stub of its solution: run "pnpm grade check ${lab.manifest.id} --fix"`)
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
    ...checkReadme(readme, lab.manifest),
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

const idsIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(match => match[1])

function compareIds(where: string, found: readonly string[], { manifest }: Lab): string[] {
  const wanted = manifest.exercises.map(exercise => exercise.id)
  return [
    ...wanted.filter(id => !found.includes(id)).map(id => `${where}: exercise "${id}" is missing`),
    ...found.filter(id => !wanted.includes(id)).map(id => `${where}: "${id}" is not an exercise of lab.json`),
    ...found.filter((id, i) => found.indexOf(id) !== i).map(id => `${where}: "${id}" appears twice`),
  ]
}
