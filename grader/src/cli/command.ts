import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import type { Context, Values } from '../context.ts'
import { UsageError } from '../errors.ts'

/** Exit codes that scripts rely on. */
export const EXIT = { fullMarks: 0, pointsLost: 1, notGradable: 2, interrupted: 130 } as const

export interface Command {
  readonly name: string
  /** Printed by `--help`: the first line is the summary in the list of commands. */
  readonly help: string
  readonly options: ParseArgsOptionsConfig
  readonly positionals: { readonly min: number; readonly max: number }
  /** Resolves to the exit code. */
  run(context: Context): Promise<number>
}

/** Reads a command's arguments strictly: an unknown option or a missing argument is a sentence, not a guess. */
export function parse(command: Command, args: readonly string[]): Pick<Context, 'positionals' | 'values'> {
  const { min, max } = command.positionals
  try {
    const options = { ...command.options, help: { type: 'boolean', short: 'h' } } as const
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
    if (!values.help && (positionals.length < min || positionals.length > max)) {
      const wanted = min === max ? `${min}` : max === Infinity ? `at least ${min}` : `${min} to ${max}`
      throw new Error(
        `"${command.name}" takes ${wanted} argument${wanted.endsWith('1') ? '' : 's'}, and got ${positionals.length}.`,
      )
    }
    return { positionals, values }
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nSee: pnpm grade ${command.name} --help`)
  }
}

/** The value of a string option, or its default. */
export const text = (values: Values, name: string, otherwise: string): string => {
  const value = values[name]
  return typeof value === 'string' ? value : otherwise
}
