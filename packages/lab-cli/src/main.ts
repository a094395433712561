import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { BadLab, NoSuchLab } from '@backprop/course'
import { ExportRefused, NoSuchExport } from '@backprop/report'
import { WrongUsage, type Command } from './command.ts'
import { doctor } from './commands/doctor.ts'
import { hint } from './commands/hint.ts'
import { list } from './commands/list.ts'
import { plot } from './commands/plot.ts'
import { reset } from './commands/reset.ts'
import { run, RUN_HELP } from './commands/run.ts'
import { submit } from './commands/submit.ts'

/** `pnpm lab …`: what a student types. */

const COMMANDS: Readonly<Record<string, Command>> = {
  list,
  hint,
  plot,
  reset,
  doctor,
  submit,
}
/** Other names that the labs' texts use. */
const ALIASES: Readonly<Record<string, string>> = { play: 'plot' }

const line = ({ usage, summary }: Command): string => `pnpm lab ${usage.padEnd(24)} ${summary}`

const HELP = `${[run, ...Object.values(COMMANDS)].map(line).join('\n')}

A lab is a number (5) or a full id (05-mnist-mlp). Without one, it is the first that is not done.
${RUN_HELP}

A report of visible tests is feedback, not a grade: one point for each test that passes, and the hidden tests
try other numbers. In a job of GitHub Actions the first failure of each exercise becomes an annotation.

Exit codes: 0 all visible tests pass, 1 some do not, 2 something else went wrong.`

const ROOT = resolve(import.meta.dirname, '../../..')

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())
process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  try {
    const [first = '', ...rest] = args
    const name = ALIASES[first] ?? first
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : run
    return await start(command, command === run ? args : rest)
  } catch (error) {
    if (stop.signal.aborted) return 130
    process.stderr.write(`${isKnown(error) ? error.message : String((error as Error).stack)}\n`)
    return 2
  }
}

async function start(command: Command, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...command.options, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  })
  const { stdin, stdout, env } = process
  if (values.help) {
    stdout.write(`${command === run ? HELP : line(command)}\n`)
    return 0
  }
  const { min, max } = command.positionals
  if (positionals.length < min || positionals.length > max) throw new WrongUsage(line(command))
  return command.run({
    root: ROOT,
    // pnpm changes to the root of the workspace, and says where the person is.
    cwd: env.INIT_CWD ?? process.cwd(),
    positionals,
    values: values as Record<string, string | boolean | undefined>,
    stdin,
    stdout,
    env,
    now: () => new Date(),
    signal: stop.signal,
  })
}

function isKnown(error: unknown): error is Error {
  const ours = [WrongUsage, NoSuchLab, BadLab, NoSuchExport, ExportRefused].some(kind => error instanceof kind)
  return ours || (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
}
