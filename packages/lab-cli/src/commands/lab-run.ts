import { join, resolve } from 'node:path'
import { findLabs } from '@backprop/course'
import { EXPORT_HELP, parseExports } from '@backprop/report'
import { type Command, type Context, findExercise, WrongUsage } from '../command.ts'
import { writeCurrent } from '../lab/current-exercise.ts'
import { runAndReport, runOnce } from '../run-once.ts'
import { ScreenTerminal } from '../watch/screen-terminal.ts'
import { watchExercises } from '../watch/watch-loop.ts'

/** What `pnpm lab` does when its first word is no command: watch an exercise, or run tests once. */
export const run: Command = {
  usage: '[lab] [exercise]',
  summary: 'watch an exercise: its tests run whenever you save',
  options: {
    once: { type: 'boolean' },
    manual: { type: 'boolean' },
    plain: { type: 'boolean' },
    report: { type: 'string' },
    export: { type: 'string' },
  },
  positionals: { min: 0, max: 2 },
  async run(context) {
    const { values, positionals } = context
    const wantsReport = values.report !== undefined || values.export !== undefined || positionals[0] === 'all'
    if (wantsReport) return report(context)
    return isForPeople(context) ? watch(context) : once(context)
  },
}

/** Keys and a screen that changes need a terminal with a person at it. */
const isForPeople = ({ values, stdin, stdout, env }: Context): boolean =>
  !values.once && stdin.isTTY && stdout.isTTY && !env.CI

async function watch({ root, cwd, positionals, values, stdin, stdout, env, signal }: Context): Promise<number> {
  const spot = await findExercise({ root, cwd }, positionals)
  const appends = values.plain === true || env.TERM === 'dumb'
  const terminal = new ScreenTerminal(stdin, stdout, { appends })
  return watchExercises({ root, cwd, terminal, manual: values.manual === true, signal }, spot)
}

async function once(context: Context): Promise<number> {
  const { root, positionals } = context
  const spot = await findExercise(context, positionals)
  await writeCurrent(root, spot)
  // A lab's name alone means all of it; no name at all means the exercise that is next.
  const exercise = positionals.length === 1 ? undefined : spot.exercise
  return runOnce(spot.lab, exercise, context)
}

async function report(context: Context): Promise<number> {
  const { root, cwd, positionals, values } = context
  const [name, exercise] = positionals
  if (name === undefined) throw new WrongUsage('Say of which lab, or "all": pnpm lab all --report DIR')
  if (exercise !== undefined) throw new WrongUsage('A report, and "all", are of whole labs: leave the exercise out.')
  const labs = await findLabs(root, name)
  const exporters = typeof values.export === 'string' ? parseExports(values.export) : []
  const folder = typeof values.report === 'string' ? resolve(cwd, values.report) : join(root, 'reports/visible')
  return runAndReport({ labs, root, folder, exporters }, context)
}

/** What `pnpm lab --help` says of it. */
export const RUN_HELP = `  --once           run the tests once, in plain lines; so it is also where there is no terminal
  --manual         do not watch files: Enter runs the tests (for network drives and containers)
  --plain          write below instead of over what is there (for screen readers)
  --report DIR     write report.json there; default with --export or all: reports/visible
  --export LIST    write these beside it, separated by commas:
${EXPORT_HELP.replace(/^/gm, '    ')}`
