import { availableParallelism } from 'node:os'
import {
  Command as Parser,
  CommanderError,
  type CommandUnknownOpts,
  InvalidArgumentError,
  Option,
  type OptionValues,
} from '@commander-js/extra-typings'
import { type Context, DATABASE } from '../context.ts'
import { UsageError } from '../errors.ts'

/** Exit codes that scripts rely on. */
export const EXIT = { fullMarks: 0, pointsLost: 1, notGradable: 2, interrupted: 130 } as const

export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** Knows the options and the help. A new one for each call, because a parser remembers what it parsed. */
  readonly parser: () => CommandUnknownOpts
  /**
   * Parses the arguments after the command's name, and runs the command. Resolves to the exit code; throws `UsageError`
   * for an unknown option, a wrong value, or a missing or extra argument.
   */
  start(args: readonly string[], context: Context): Promise<number>
}

interface Definition<Args extends unknown[], Options extends OptionValues> {
  readonly name: string
  readonly summary: string
  /** Declares arguments, options and the text that `--help` prints below them. */
  readonly syntax: (parser: Parser) => Parser<Args, Options>
  readonly run: (args: Args, options: Options, context: Context) => Promise<number>
}

export function command<Args extends unknown[], Options extends OptionValues>(
  definition: Definition<Args, Options>,
): Command {
  const { name, summary, syntax, run } = definition
  const parser = () => syntax(new Parser(`pnpm grade ${name}`).description(`${summary}.`))
  return {
    name,
    summary,
    parser,
    async start(args, context) {
      try {
        const read = (by: CommandUnknownOpts) =>
          by
            .exitOverride()
            .configureOutput({ writeOut: text => context.stdout.write(text), outputError: () => {} })
            .parse(args, { from: 'user' })
        // A misspelt option is named before a required one that is missing: it may be the same.
        read(withoutRequired(parser()))
        const parsed = parser()
        read(parsed)
        return await run(parsed.processedArgs, parsed.opts(), context)
      } catch (error) {
        if (!(error instanceof CommanderError)) throw error
        if (error.exitCode === 0) return EXIT.fullMarks // --help
        throw new UsageError(`${error.message.replace(/^error: /, '')}\nSee: pnpm grade ${name} --help`)
      }
    },
  }
}

function withoutRequired(parser: CommandUnknownOpts): CommandUnknownOpts {
  for (const option of parser.options) option.mandatory = false
  return parser
}

/** Parses the value of an option that must be a whole number in a range. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/\d/.test(text) && Number.isInteger(value) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`)
  }

/** Of "class", "publish" and "gradebook". */
export const TERM = new Option('--term <file>', 'deadlines and released labs (default: term.yaml here, if it is there)')

/** Of "class", "worker" and "queue". */
export const DATABASE_OPTION = new Option(
  '--database <url>',
  `where jobs wait: postgres://USER@HOST/DATABASE (default: ${DATABASE})`,
)

/** The address of the database: an argument that holds a password can be seen by other users of a machine. */
export function addressIn(option: string | undefined, env: Context['env']): string {
  const address = option ?? env[DATABASE]
  if (address) return address
  throw new UsageError(`Which database? Give its address with --database, or in ${DATABASE}.`)
}

/** How many to grade at a time: each keeps two processes busy, and time spent waiting doesn't count as slow. */
export const JOBS = Math.max(1, Math.floor(availableParallelism() / 2))

// Options of "class" and "merge".

export const ACCEPT_MISSING = new Option(
  '--accept-missing [count]',
  'exit as if those whose files were not found had handed in nothing: up to a fifth, or up to this many',
).argParser(wholeNumber(0, 100_000))
export const OVERRIDES = new Option(
  '--overrides <file>',
  'points set by hand, and comments (default: overrides.csv here, if it is there)',
)

// Options of both "grade" and "class". Without defaults, so that "grade --suite visible" can refuse them.

export const BACKEND = new Option(
  '--backend <name>',
  'what the student\'s code computes with: auto (the default: a GPU if there is one, else wasm), or a name that "pnpm grade doctor" lists',
)
export const SEED = new Option(
  '--seed <n>',
  'draw from this number instead of the secret key: for trying out, not with --official',
).argParser(wholeNumber(0, 2 ** 32 - 1))
export const WEAK_ISOLATION = new Option('--allow-weak-isolation', 'with --official, or to sign: grade all the same')
