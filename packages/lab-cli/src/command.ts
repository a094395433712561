import { relative } from 'node:path'
import type { ParseArgsOptionsConfig } from 'node:util'
import { findLabs, type Lab } from '@backprop/course'
import { firstUndone, type Spot } from './lab/current.ts'
import { readHere } from './lab/here.ts'
import { exercisesOf } from './show.ts'

/** One word after `pnpm lab`, such as `hint`. */
export interface Command {
  /** What to type after `pnpm lab`: `hint [lab] [exercise]`. */
  readonly usage: string
  /** One line for the list of commands. */
  readonly summary: string
  readonly options?: ParseArgsOptionsConfig
  /** How many words may follow. */
  readonly positionals: { readonly min: number; readonly max: number }
  readonly run: (context: Context) => Promise<number>
}

/** What a command gets. */
export interface Context {
  /** Folder of the course. */
  readonly root: string
  /** Folder that the terminal is in: paths are shown from there. */
  readonly cwd: string
  readonly positionals: readonly string[]
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WritableStream
  readonly env: NodeJS.ProcessEnv
  readonly now: () => Date
  readonly signal: AbortSignal
}

/** Somebody typed what cannot be meant: one sentence says what is. Exit code 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage'
}

/** The one lab that a word means. */
export async function oneLab(root: string, name: string): Promise<Lab> {
  if (name === 'all') throw new WrongUsage('Name one lab here, not "all".')
  const [lab] = await findLabs(root, name)
  return lab
}

/**
 * The exercise that is meant: as named; otherwise the one that the student was at last, or that comes after it when it is
 * done. In the folder of a lab it is one of that lab, as if the lab were named.
 */
export async function spotOf({ root, cwd }: Pick<Context, 'root' | 'cwd'>, words: readonly string[]): Promise<Spot> {
  const [name = labAround(root, cwd), exercise] = words
  if (name !== undefined && exercise !== undefined) {
    const lab = await oneLab(root, name)
    return { lab, exercise: exercisesOf(lab, exercise)[0].id }
  }
  const labs = name === undefined ? await findLabs(root, 'all') : [await oneLab(root, name)]
  const here = await readHere(root)
  const lab = labs.find(({ manifest }) => manifest.id === here?.lab)
  if (!here || !lab?.manifest.exercises.some(({ id }) => id === here.exercise)) return firstUndone(labs)
  return firstUndone(labs, { lab, exercise: here.exercise })
}

/** The lab in whose folder the terminal is. */
function labAround(root: string, cwd: string): string | undefined {
  const [folder, id] = relative(root, cwd).replaceAll('\\', '/').split('/')
  return folder === 'labs' ? id : undefined
}
