import { join, resolve } from 'node:path'
import { findLabs } from '@backprop/course'
import { EXPORT_HELP, parseExports } from '@backprop/report'
import { type Command, command, type Context, findExercise, WrongUsage } from '../command.ts'
import { writeCurrent } from '../lab/current-exercise.ts'
import { runAndReport, runOnce } from '../run-once.ts'
import { ScreenTerminal } from '../watch/screen-terminal.ts'
import { watchExercises } from '../watch/watch-loop.ts'

type Words = readonly [lab?: string, exercise?: string]

interface RunOptions {
  readonly once?: true
  readonly manual?: true
  readonly plain?: true
  readonly report?: string
  readonly export?: string
}

/** What `pnpm lab` does if its first word isn't one of `commands`: watch an exercise, or run tests once. */
export const runCommand = (commands: readonly Command[]): Command =>
  command({
    name: '',
    summary: 'watch an exercise: its tests run whenever you save',
    syntax: parser =>
      parser
        .argument(
          '[lab]',
          'a number (5), an id (05-mnist-mlp) or "all"; by default the one that you are in or used last',
        )
        .argument('[exercise]', 'its id; by default the next one that is not done')
        .option('--once', 'run the tests once, as plain lines; this is the default without a terminal')
        .option('--manual', 'do not watch files: Enter runs the tests (for network drives and containers)')
        .option('--plain', 'write below what is there, not over it (for screen readers)')
        .option('--report <dir>', 'write report.json there; default with --export or all: reports/visible')
        .option('--export <list>', `write these beside it, separated by commas:\n${EXPORT_HELP}`)
        .addHelpText(
          'after',
          `
Commands, each with its own --help:
${commands.map(line).join('\n')}

A report of visible tests is feedback, not a grade: one point for each test that passes. The hidden tests
try other numbers. In a GitHub Actions job, the first failure of each exercise becomes an annotation.

Exit codes: 0 if all visible tests pass, 1 if some fail, 2 for a mistake in the command or an internal error.
In a terminal, where you can read the result, 1 becomes 0, because pnpm would report a failed command;
--exit-code keeps the 1, and so does a job that sets CI.`,
        ),
    async run(words, options, context) {
      if (options.report !== undefined || options.export !== undefined || words[0] === 'all')
        return report(words, options, context)
      const { stdin, stdout, env } = context
      const isInteractive = !options.once && stdin.isTTY && stdout.isTTY && !env.CI
      return isInteractive ? watch(words, options, context) : once(words, context)
    },
  })

const line = ({ name, summary, parser }: Command): string => {
  const usage = parser().usage().replace('[options] ', '').replace('[options]', '')
  return `  pnpm lab ${`${name} ${usage}`.padEnd(30)} ${summary}`
}

async function watch(words: Words, { plain, manual }: RunOptions, context: Context): Promise<number> {
  const { root, cwd, stdin, stdout, env, signal } = context
  const terminal = new ScreenTerminal(stdin, stdout, { appends: plain === true || env.TERM === 'dumb' })
  return watchExercises({ root, cwd, terminal, manual: manual === true, signal }, await findExercise(context, words))
}

async function once(words: Words, context: Context): Promise<number> {
  const current = await findExercise(context, words)
  await writeCurrent(context.root, current)
  // A lab without an exercise means all of it; nothing at all means the next exercise.
  const [lab, exercise] = words
  return runOnce(current.lab, lab !== undefined && exercise === undefined ? undefined : current.exercise, context)
}

async function report([name, exercise]: Words, options: RunOptions, context: Context): Promise<number> {
  const { root, cwd } = context
  if (name === undefined) throw new WrongUsage('Name a lab, or "all": pnpm lab all --report DIR')
  if (exercise !== undefined) throw new WrongUsage('A report and "all" cover whole labs: leave out the exercise.')
  const labs = await findLabs(root, name)
  const exporters = options.export === undefined ? [] : parseExports(options.export)
  const folder = options.report === undefined ? join(root, 'reports/visible') : resolve(cwd, options.report)
  return runAndReport({ labs, root, folder, exporters }, context)
}
