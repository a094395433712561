import { BadLab, NoSuchLab } from '@backprop/course'
import { diskFault } from '@backprop/files'
import { ExportRefused, NoSuchExport } from '@backprop/report'
import { HostUnusable } from '@backprop/test-runner'
import { type Command, type Context, WrongUsage } from './command.ts'
import { debug } from './commands/lab-debug.ts'
import { doctor } from './commands/lab-doctor.ts'
import { hint } from './commands/lab-hint.ts'
import { list } from './commands/lab-list.ts'
import { play } from './commands/lab-play.ts'
import { quiz } from './commands/lab-quiz.ts'
import { reset } from './commands/lab-reset.ts'
import { runCommand } from './commands/lab-run.ts'
import { show } from './commands/lab-show.ts'
import { submit } from './commands/lab-submit.ts'
import { tryOut } from './commands/lab-try.ts'
import { INTERRUPTED } from './run-script.ts'

/** In the order of the help. */
const COMMANDS: readonly Command[] = [list, hint, tryOut, play, reset, show, quiz, debug, doctor, submit]

/** What a command gets from this process, for the course at `root`. */
export function contextOfProcess(root: string, signal: AbortSignal): Context {
  const { stdin, stdout, stderr, env } = process
  // pnpm starts this in the folder of a package; INIT_CWD is where it was typed. Work from the root: that folder may go.
  const cwd = env.INIT_CWD ?? process.cwd()
  process.chdir(root)
  return { root, cwd, stdin, stdout, stderr, env, now: () => new Date(), signal }
}

/** Runs the command that was typed. Resolves to the exit code. */
export async function lab(args: readonly string[], context: Context): Promise<number> {
  try {
    const command = COMMANDS.find(({ name }) => name === args[0])
    return await (command ? command.start(args.slice(1), context) : runCommand(COMMANDS).start(args, context))
  } catch (error) {
    if (context.signal.aborted) return INTERRUPTED
    context.stderr.write(
      `${isExpected(error) ? error.message : (diskFault(error) ?? String((error as Error).stack))}\n`,
    )
    return 2
  }
}

/** Errors whose message is enough for the student. */
const isExpected = (error: unknown): error is Error =>
  [WrongUsage, NoSuchLab, BadLab, NoSuchExport, ExportRefused, HostUnusable].some(kind => error instanceof kind)
