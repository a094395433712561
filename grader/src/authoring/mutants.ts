import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Lab } from '@backprop/course'
import { z } from 'zod'
import { solutionDir } from '../course.ts'
import { GraderFault } from '../errors.ts'
import type { GradedLab } from '../pipeline/grade-lab.ts'
import { isLeftOut, type Trial } from '../pipeline/suite/trial.ts'
import { applyChange } from './change.ts'
import { runTrials, type TrialResult } from './run-trials.ts'

/** A plausible wrong answer: one change to the solution, and the exercises that must lose points for it. */
export type Mutant = z.infer<typeof Mutant>
const Mutant = z.strictObject({
  id: z.string().min(1),
  file: z.string().startsWith('src/'),
  /** Text that occurs exactly once in the file. */
  find: z.string().min(1),
  replace: z.string(),
  loses: z.array(z.string()).min(1),
  /** It never ends, so only tests behind the wall, which have a clock, can run it. */
  hangs: z.boolean().optional(),
  why: z.string().min(3),
})

export async function loadMutants(lab: Lab): Promise<Mutant[]> {
  const file = `solutions/${lab.manifest.id}/mutants.json`
  const text = await readFile(join(solutionDir(lab), 'mutants.json'), 'utf8').catch(() => {
    throw new GraderFault(`${file} is missing.`)
  })
  const parsed = z.array(Mutant).safeParse(JSON.parse(text))
  if (!parsed.success) throw new GraderFault(`${file} is invalid:\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** The solution's text with the mutant's change. */
export const applyMutant = (mutant: Mutant, solution: string): string =>
  applyChange(`mutant ${mutant.id}`, mutant, solution)

export const MUTANT_RUNS = ['all', 'own', 'quick', 'none'] as const

export interface MutantOptions {
  /**
   * `all` runs all hidden tests on each mutant behind the wall, so it also finds points that a mutant should not lose.
   * `own` runs only the exercises that the mutant must lose. `quick` runs all tests in one process without the wall, apart
   * from those that train.
   */
  readonly mutants: (typeof MUTANT_RUNS)[number]
  readonly signal: AbortSignal
  /** Reports progress, one line at a time. */
  readonly say: (line: string) => void
}

/** Grades a folder behind the wall. */
export type Grade = (submission: string, only?: { readonly exercise: string }) => Promise<GradedLab>

/** What is wrong with a lab's mutants: an exercise with fewer than three, and mutants that keep or lose the wrong points. */
export async function checkMutants(lab: Lab, options: MutantOptions, grade: Grade): Promise<string[]> {
  const { mutants: run, signal, say } = options
  if (run === 'none') return []
  const mutants = await loadMutants(lab)
  const complaints = lab.manifest.exercises
    .map(({ id }) => ({ id, count: mutants.filter(mutant => mutant.loses.includes(id)).length }))
    .filter(({ count }) => count < 3)
    .map(({ id, count }) => `mutants.json: expected at least 3 mutants that lose ${id}, got ${count}`)
  if (run === 'quick') {
    say('mutants, without the wall')
    const ending = mutants.filter(({ hangs }) => !hangs)
    complaints.push(...(await checkWithoutWall(lab, ending, signal)))
  }
  const behindWall = run === 'quick' ? mutants.filter(({ hangs }) => hangs) : mutants
  for (const [i, mutant] of behindWall.entries()) {
    say(`mutant ${i + 1} of ${behindWall.length}: ${mutant.id}`)
    const folder = await mkdtemp(join(tmpdir(), 'backprop-mutant-'))
    try {
      await writeMutant(lab, mutant, join(folder, 'src'))
      const runs = run === 'all' ? [undefined] : mutant.loses.map(exercise => ({ exercise }))
      for (const only of runs) complaints.push(...judgeGraded(mutant, await grade(folder, only), only))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return complaints
}

function judgeGraded(mutant: Mutant, graded: GradedLab, only?: { readonly exercise: string }): string[] {
  if (graded.problem) return [`mutant ${mutant.id} could not be run: ${graded.problem}`]
  return graded.exercises.flatMap(({ id, points, maxPoints }) =>
    only && id !== only.exercise ? [] : judge(mutant, id, { isLost: points < maxPoints }),
  )
}

function judge({ id, why, loses }: Mutant, exercise: string, { isLost }: { readonly isLost: boolean }): string[] {
  if (isLost === loses.includes(exercise)) return []
  return isLost
    ? [`mutant ${id} (${why}) also loses points on ${exercise}`]
    : [`mutant ${id} (${why}) survives: ${exercise} keeps all its points`]
}

/** Runs all of these mutants in one process: seconds instead of minutes. None of them may hang. */
async function checkWithoutWall(lab: Lab, mutants: readonly Mutant[], signal: AbortSignal): Promise<string[]> {
  const cache = join(solutionDir(lab), '.cache')
  await mkdir(cache, { recursive: true })
  // Next to the solution, so that its imports resolve.
  const folder = await mkdtemp(join(cache, 'mutants-'))
  try {
    const trials: Trial[] = []
    for (const mutant of mutants) {
      const src = join(folder, mutant.id)
      await writeMutant(lab, mutant, src)
      const modules = await modulesWith(src, basename(mutant.file, '.ts'), lab)
      trials.push({ id: mutant.id, seed: SEED, src, modules })
    }
    const tried = await runTrials(lab, trials, { signal })
    return mutants.flatMap((mutant, i) => lab.manifest.exercises.flatMap(({ id }) => judgeTried(mutant, id, tried[i])))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const SEED = 1

function judgeTried(mutant: Mutant, exercise: string, { verdicts }: TrialResult): string[] {
  const own = [...verdicts].filter(([test]) => test.startsWith(`${exercise}/`)).map(([, verdict]) => verdict)
  const isLost = own.some(verdict => verdict.failure !== null && !isLeftOut(verdict))
  // The test that notices may be one that trains.
  return !isLost && own.some(isLeftOut) ? [] : judge(mutant, exercise, { isLost })
}

/** Writes the solution's files with the mutant's change. */
async function writeMutant(lab: Lab, mutant: Mutant, src: string): Promise<void> {
  await cp(join(solutionDir(lab), 'src'), src, { recursive: true })
  const file = join(src, mutant.file.replace(/^src\//, ''))
  await writeFile(file, applyMutant(mutant, await readFile(file, 'utf8')))
}

/** The modules that a change of one module can affect: itself, and those that import it, directly or not. */
async function modulesWith(src: string, changed: string, { manifest }: Lab): Promise<string[]> {
  const names = manifest.edit.map(file => basename(file, '.ts'))
  const found = new Set([changed])
  const texts = await Promise.all(names.map(name => readFile(join(src, `${name}.ts`), 'utf8')))
  const imports = texts.map(text => [...text.matchAll(/from '\.\/([\w-]+)\.ts'/g)].map(match => match[1]))
  for (const _ of names)
    for (const [i, name] of names.entries()) if (imports[i].some(n => found.has(n))) found.add(name)
  return [...found]
}
