import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { BadLab, findLabs, NoSuchLab } from '@backprop/course'
import { play } from './play.ts'
import { runVisible } from './visible.ts'

/** `pnpm lab …`: what a student types. */

const HELP = `pnpm lab <lab> [exercise] --once   run the visible tests of a lab, or of one exercise
pnpm lab play <lab>                run the lab's main.ts with your functions

<lab> is a full id (05-mnist-mlp) or its number (5).

Exit codes: 0 all visible tests pass, 1 some do not, 2 something else went wrong.`

const ROOT = resolve(import.meta.dirname, '../../..')
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())
process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = { once: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    if (values.help || positionals.length === 0) {
      process.stdout.write(`${HELP}\n`)
      return values.help ? 0 : 2
    }
    const wantsPlay = positionals[0] === 'play'
    const [name, exercise, ...extra] = wantsPlay ? positionals.slice(1) : positionals
    if (!name || extra.length > 0 || (wantsPlay && exercise)) throw new NoSuchLab(HELP)
    const [lab] = await findLabs(ROOT, name === 'all' ? '' : name)
    return wantsPlay ? await play(lab, stop.signal) : await runVisible(lab, exercise, process.stdout, stop.signal)
  } catch (error) {
    if (stop.signal.aborted) return 130
    const known = error instanceof NoSuchLab || error instanceof BadLab || isArgumentError(error)
    process.stderr.write(`${known ? error.message : String((error as Error).stack)}\n`)
    return 2
  }
}

function isArgumentError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}
