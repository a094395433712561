import { parseArgs } from 'node:util'
import { BadLab, NoSuchLab } from '@backprop/course'
import { diskFault } from '@backprop/files'
import { ExportRefused, NoSuchExport } from '@backprop/report'
import { HostUnusable } from '@backprop/test-runner'
import { type Command, WrongUsage } from './command.ts'
import { debug } from './commands/lab-debug.ts'
import { doctor } from './commands/lab-doctor.ts'
import { hint } from './commands/lab-hint.ts'
import { list } from './commands/lab-list.ts'
import { play } from './commands/lab-play.ts'
import { quiz } from './commands/lab-quiz.ts'
import { reset } from './commands/lab-reset.ts'
import { run, RUN_HELP } from './commands/lab-run.ts'
import { show } from './commands/lab-show.ts'
import { submit } from './commands/lab-submit.ts'
import { tryOut } from './commands/lab-try.ts'

/** The words that may follow `pnpm lab`, in the order of the help. */
const COMMANDS: Readonly<Record<string, Command>> = {
  list,
  hint,
  try: tryOut,
  play,
  reset,
  show,
  quiz,
  debug,
  doctor,
  submit,
}

const line = ({ usage, summary }: Command): string => `pnpm lab ${usage.padEnd(24)} ${summary}`

const HELP = `${[run, ...Object.values(COMMANDS)].map(line).join('\n')}

A lab is a number (5) or a full id (05-mnist-mlp). The default is the lab whose folder
you are in, otherwise the one you used last.
${RUN_HELP}

A report of visible tests is feedback, not a grade: one point for each test that passes. The hidden tests
try other numbers. In a GitHub Actions job, the first failure of each exercise becomes an annotation.

Exit codes: 0 if all visible tests pass, 1 if some fail, 2 for a mistake in the command or an internal error.
In a terminal, where you can read the result, 1 becomes 0, because pnpm would report a failed command;
--exit-code keeps the 1, and so does a job that sets CI.`

/** Does what was typed, in the course at `root`. Resolves to the exit code. */
export async function lab(args: readonly string[], root: string, signal: AbortSignal): Promise<number> {
  try {
    const [name = '', ...rest] = args
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : run
    return await start(command, command === run ? args : rest, root, signal)
  } catch (error) {
    if (signal.aborted) return 130
    process.stderr.write(`${isKnown(error) ? error.message : (diskFault(error) ?? String((error as Error).stack))}\n`)
    return 2
  }
}

async function start(command: Command, args: readonly string[], root: string, signal: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...command.options, help: { type: 'boolean', short: 'h' }, 'exit-code': { type: 'boolean' } },
    allowPositionals: true,
  })
  const { stdin, stdout, stderr, env } = process
  // pnpm changes to the folder of a package, and says where the person is. That folder may go while this program stays.
  const cwd = env.INIT_CWD ?? process.cwd()
  process.chdir(root)
  if (values.help) {
    stdout.write(`${command === run ? HELP : line(command)}\n`)
    return 0
  }
  const { min, max } = command.positionals
  if (positionals.length < min || positionals.length > max) throw new WrongUsage(line(command))
  const code = await command.run({
    root,
    cwd,
    positionals,
    values,
    stdin,
    stdout,
    stderr,
    env,
    now: () => new Date(),
    signal,
  })
  const isForPeople = stdout.isTTY && !env.CI && !values['exit-code']
  return code === 1 && isForPeople ? 0 : code
}

function isKnown(error: unknown): error is Error {
  const ours = [WrongUsage, NoSuchLab, BadLab, NoSuchExport, ExportRefused, HostUnusable].some(
    kind => error instanceof kind,
  )
  return ours || (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
}
