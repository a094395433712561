import { relative } from 'node:path'
import { findLabs, type Lab } from '@backprop/course'
import {
  Command as Parser,
  CommanderError,
  type CommandUnknownOpts,
  type OptionValues,
} from '@commander-js/extra-typings'
import { exercisesOf, firstUndone, type LabExercise, readCurrent } from './lab/current-exercise.ts'

/** A command of `pnpm lab`, such as `hint`. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** Knows the arguments, the options and the help. A new one for each call, because a parser remembers what it parsed. */
  readonly parser: () => CommandUnknownOpts
  /**
   * Parses the words after the command's name, and runs the command. Resolves to the exit code; throws `WrongUsage` for an
   * unknown option, or a missing or extra argument.
   */
  start(words: readonly string[], context: Context): Promise<number>
}

/** What a command gets from the outside. */
export interface Context {
  /** Folder of the course. */
  readonly root: string
  /** The terminal's folder: paths are printed relative to it. */
  readonly cwd: string
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WritableStream
  readonly env: NodeJS.ProcessEnv
  readonly now: () => Date
  readonly signal: AbortSignal
}

interface Definition<Args extends unknown[], Options extends OptionValues> {
  /** Empty for the default command. */
  readonly name: string
  readonly summary: string
  /** Declares arguments and options. */
  readonly syntax: (parser: Parser) => Parser<Args, Options>
  /** Resolves to the exit code. */
  readonly run: (args: Args, options: Options, context: Context) => Promise<number>
}

export function command<Args extends unknown[], Options extends OptionValues>({
  name,
  summary,
  syntax,
  run,
}: Definition<Args, Options>): Command {
  const typed = `pnpm lab ${name}`.trim()
  const parser = () => syntax(new Parser(typed).description(`${capitalized(summary)}.`)).option('--exit-code', 'in a terminal, too, exit with 1 if some tests fail') // prettier-ignore
  return {
    name,
    summary,
    parser,
    async start(words, context) {
      const { stdout, env } = context
      try {
        const parsed = parser()
          .exitOverride()
          .configureOutput({ writeOut: text => stdout.write(text), outputError: () => {} })
          .parse(words, { from: 'user' })
        // `Options` and the option of all commands: the library's types cannot join the two.
        const options = parsed.opts() as Options & { readonly exitCode?: true }
        const code = await run(parsed.processedArgs, options, context)
        const isForPeople = stdout.isTTY && !env.CI && !options.exitCode
        return code === 1 && isForPeople ? 0 : code
      } catch (error) {
        if (!(error instanceof CommanderError)) throw error
        if (error.exitCode === 0) return 0 // --help
        throw new WrongUsage(`${error.message.replace(/^error: /, '')}\nSee: ${typed} --help`)
      }
    },
  }
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

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
  words: readonly (string | undefined)[],
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
