import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Lab } from '@backprop/course'
import { isLeftOut, type Trial } from '../pipeline/suite/trial.ts'
import { solutionDir } from '../course.ts'
import { applyMutant, type Mutant } from './mutants.ts'
import { tryAnswers, type Tried } from './try-answers.ts'

const SEED = 1

/**
 * What is wrong with mutants that end by themselves, found without the wall: all of them meet the hidden tests in one
 * process, but for the tests that train.
 */
export async function checkQuickly(lab: Lab, mutants: readonly Mutant[], signal: AbortSignal): Promise<string[]> {
  const cache = join(solutionDir(lab), '.cache')
  await mkdir(cache, { recursive: true })
  // Beside the solution, so that the packages that it imports are found.
  const folder = await mkdtemp(join(cache, 'mutants-'))
  try {
    const trials: Trial[] = []
    for (const mutant of mutants) trials.push(await trialOf(lab, mutant, join(folder, mutant.id)))
    const tried = await tryAnswers(lab, trials, { signal })
    return mutants.flatMap((mutant, i) => judge(lab, mutant, tried[i]))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function trialOf(lab: Lab, mutant: Mutant, src: string): Promise<Trial> {
  await cp(join(solutionDir(lab), 'src'), src, { recursive: true })
  const file = join(src, mutant.file.replace(/^src\//, ''))
  await writeFile(file, applyMutant(mutant, await readFile(file, 'utf8')))
  return { id: mutant.id, seed: SEED, src, modules: await modulesWith(src, basename(mutant.file, '.ts'), lab) }
}

/** The files in which a change of one file can be seen: itself, and those that import it, by themselves or through others. */
async function modulesWith(src: string, changed: string, { manifest }: Lab): Promise<string[]> {
  const names = manifest.edit.map(file => basename(file, '.ts'))
  const found = new Set([changed])
  const texts = await Promise.all(names.map(name => readFile(join(src, `${name}.ts`), 'utf8')))
  const imports = texts.map(text => [...text.matchAll(/from '\.\/([\w-]+)\.ts'/g)].map(match => match[1]))
  for (const _ of names)
    for (const [i, name] of names.entries()) if (imports[i].some(n => found.has(n))) found.add(name)
  return [...found]
}

function judge({ manifest }: Lab, { id, loses, why }: Mutant, { verdicts }: Tried): string[] {
  return manifest.exercises.flatMap(({ id: exercise }) => {
    const own = [...verdicts].filter(([test]) => test.startsWith(`${exercise}/`)).map(([, verdict]) => verdict)
    const isLost = own.some(verdict => verdict.failure !== null && !isLeftOut(verdict))
    if (isLost === loses.includes(exercise)) return []
    if (isLost) return [`mutant ${id} (${why}) also loses points on ${exercise}`]
    // The test that notices may be one that trains.
    return own.some(isLeftOut) ? [] : [`mutant ${id} (${why}) survives: ${exercise} keeps all its points`]
  })
}
