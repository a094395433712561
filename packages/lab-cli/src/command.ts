import type { ParseArgsOptionsConfig } from 'node:util'
import { findLabs, type Lab } from '@backprop/course'
import { firstUndone, type Spot } from './lab/current.ts'
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

/** The exercise that somebody means: as named, or the first of that lab, or of all, that is not done. */
export async function spotOf(root: string, [lab, exercise]: readonly string[]): Promise<Spot> {
  if (lab === undefined) return firstUndone(await findLabs(root, 'all'))
  const found = await oneLab(root, lab)
  return exercise === undefined ? firstUndone([found]) : { lab: found, exercise: exercisesOf(found, exercise)[0].id }
}
