import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { BadLab, findLabs, NoSuchLab } from '@backprop/course'
import { EXPORT_HELP, ExportRefused, NoSuchExport, parseExports } from '@backprop/report'
import { play } from './play.ts'
import { runAndReport, runOnce } from './run-labs.ts'
import { view } from './view.ts'

/** `pnpm lab …`: what a student types. */

const HELP = `pnpm lab <lab> [exercise] --once   run the visible tests of a lab, or of one exercise
pnpm lab all --once                run those of every lab
pnpm lab play <lab>                run the lab's main.ts with your functions
pnpm lab list                      show which labs there are
pnpm lab show <set> <index>        draw an image of a data set, such as mnist 7; see pnpm lab show --help

<lab> is a full id (05-mnist-mlp) or its number (5).
  --report DIR     write report.json there; default with --export or all: reports/visible
  --export LIST    write these beside it, separated by commas:
${EXPORT_HELP.replace(/^/gm, '    ')}

A report of visible tests is feedback, not a grade: one point for each test that passes, and the hidden tests
try other numbers. In a job of GitHub Actions the first failure of each exercise becomes an annotation.

Exit codes: 0 all visible tests pass, 1 some do not, 2 something else went wrong.`

const ROOT = resolve(import.meta.dirname, '../../..')
const OPTIONS = {
  once: { type: 'boolean' },
  report: { type: 'string' },
  export: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

class WrongUsage extends Error {}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())
process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  if (args[0] === 'show') return view(args.slice(1), process)
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
    if (values.help || positionals.length === 0) {
      process.stdout.write(`${HELP}\n`)
      return values.help ? 0 : 2
    }
    return await run(positionals, values)
  } catch (error) {
    if (stop.signal.aborted) return 130
    process.stderr.write(`${isKnown(error) ? error.message : String((error as Error).stack)}\n`)
    return 2
  }
}

async function run(positionals: readonly string[], values: { report?: string; export?: string }): Promise<number> {
  const [first, second, ...extra] = positionals
  if (extra.length > 0) throw new WrongUsage(HELP)
  if (first === 'list') return list()
  if (first === 'play') {
    if (!second) throw new WrongUsage(HELP)
    const [lab] = await findLabs(ROOT, second === 'all' ? '' : second)
    return play(lab, stop.signal)
  }
  const labs = await findLabs(ROOT, first)
  const { stdout, env } = process
  const around = { stdout, env, now: () => new Date(), signal: stop.signal }
  if (values.report === undefined && values.export === undefined && first !== 'all')
    return runOnce(labs[0], second, around)
  if (second) throw new WrongUsage('A report, and "all", are of whole labs: leave the exercise out.')
  const exporters = values.export === undefined ? [] : parseExports(values.export)
  return runAndReport({ labs, root: ROOT, folder: resolve(values.report ?? 'reports/visible'), exporters }, around)
}

async function list(): Promise<number> {
  for (const { manifest } of await findLabs(ROOT, 'all'))
    process.stdout.write(`${manifest.id.padEnd(24)}${manifest.title} (${manifest.exercises.length} exercises)\n`)
  return 0
}

function isKnown(error: unknown): error is Error {
  const ours = [WrongUsage, NoSuchLab, BadLab, NoSuchExport, ExportRefused].some(kind => error instanceof kind)
  return ours || (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
}
