import { relative } from 'node:path'
import type { ParseArgsOptionsConfig } from 'node:util'
import { findLabs, type Lab } from '@backprop/course'
import { exercisesOf, firstUndone, readCurrent, type LabExercise } from './lab/current-exercise.ts'

/** One word after `pnpm lab`, such as `hint`. */
export interface Command {
  /** What to type after `pnpm lab`: `hint [lab] [exercise]`. */
  readonly usage: string
  /** One line for the list of commands. */
  readonly summary: string
  readonly options?: ParseArgsOptionsConfig
  /** How many words may follow. */
  readonly positionals: { readonly min: number; readonly max: number }
  /** Resolves to the exit code. */
  readonly run: (context: Context) => Promise<number>
}

/** What a command gets from the outside. */
export interface Context {
  /** Folder of the course. */
  readonly root: string
  /** The terminal's folder: paths are printed relative to it. */
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

/** The command can't be run as typed; the message says why. Exit code 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage'
}

/** The lab with this name. Throws `WrongUsage` for "all". */
export async function oneLab(root: string, name: string): Promise<Lab> {
  if (name === 'all') throw new WrongUsage('Name one lab here, not "all".')
  const [lab] = await findLabs(root, name)
  return lab
}

/**
 * The exercise that `[lab] [exercise]` means. By default it is the student's current one, or the next one if that is done.
 * In the folder of a lab, the lab may be left out.
 */
export async function findExercise(
  { root, cwd }: Pick<Context, 'root' | 'cwd'>,
  words: readonly string[],
): Promise<LabExercise> {
  const [name = labAround(root, cwd), exercise] = words
  if (name !== undefined && exercise !== undefined) {
    const lab = await oneLab(root, name)
    return { lab, exercise: exercisesOf(lab, exercise)[0].id }
  }
  const labs = name === undefined ? await findLabs(root, 'all') : [await oneLab(root, name)]
  const current = await readCurrent(root)
  const lab = labs.find(({ manifest }) => manifest.id === current?.lab)
  if (!current || !lab?.manifest.exercises.some(({ id }) => id === current.exercise)) return firstUndone(labs)
  return firstUndone(labs, { lab, exercise: current.exercise })
}

/** The lab whose folder the terminal is in. */
function labAround(root: string, cwd: string): string | undefined {
  const [folder, id] = relative(root, cwd).replaceAll('\\', '/').split('/')
  return folder === 'labs' ? id : undefined
}
