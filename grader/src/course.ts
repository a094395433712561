import { basename, join, resolve } from 'node:path'
import { BadLab, findLabs as find, type Lab, NoSuchLab } from '@backprop/course'
import { GraderFault, UsageError } from './errors.ts'

/** The root of the repository that this grader belongs to. */
export const COURSE_ROOT = resolve(import.meta.dirname, '../..')

/** The labs that `name` means; see `@backprop/course`. */
export async function findLabs(name: string, root = COURSE_ROOT): Promise<Lab[]> {
  try {
    return await find(root, name)
  } catch (error) {
    if (error instanceof NoSuchLab) throw new UsageError(error.message)
    if (error instanceof BadLab) throw new GraderFault(error.message)
    throw error
  }
}

/** The labs of a list such as `1,05-mnist-mlp`, each once and in the order of the course. */
export async function findListedLabs(list: string, root = COURSE_ROOT): Promise<Lab[]> {
  const names = list
    .split(',')
    .map(name => name.trim())
    .filter(Boolean)
  const found = (await Promise.all(names.map(name => findLabs(name, root)))).flat()
  const byId = new Map(found.map(lab => [lab.manifest.id, lab]))
  return [...byId.keys()].sort().flatMap(id => byId.get(id) ?? [])
}

/** `solutions/NN-name`: answers, mutants and design notes of a lab. */
export const solutionDir = (lab: Lab): string => join(lab.dir, '..', '..', 'solutions', basename(lab.dir))
