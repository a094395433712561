import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { benchEngines, engineTable } from './engine-bench.ts'
import { benchPages, pageTable } from './page-bench.ts'
import { SOURCE, tensorflowPlayground } from './tensorflow-playground.ts'

const HELP = `pnpm bench playground [--quick] [--json] [--source URL]

Measures the playground beside TensorFlow Playground: its engine in steps per second of processor time, and its page in
the same Chromium on the spiral with 6 × 8 tanh.

  --quick       fewer samples; a first impression, nothing to quote
  --json        a report for programs on standard output
  --source URL  where its sources are cloned from (${SOURCE})
  --help        this text`

const ROOT = resolve(import.meta.dirname, '../../..')

async function bench(quick: boolean, json: boolean, source: string): Promise<void> {
  const clone = await tensorflowPlayground(resolve(ROOT, '.cache'), source).catch((error: unknown) => {
    console.error(`TensorFlow Playground can't be measured: ${String(error)}`)
    return null
  })
  const engines = await benchEngines(clone, quick)
  if (!json) console.log(engineTable(engines))
  const pages = await benchPages(ROOT, clone, quick)
  if (json) console.log(JSON.stringify({ node: process.version, engines, pages }, null, 2))
  else console.log(pageTable(pages))
}

const flag = { type: 'boolean', default: false } as const
const { values } = parseArgs({
  options: { quick: flag, json: flag, source: { type: 'string', default: SOURCE }, help: { ...flag, short: 'h' } },
})
if (values.help) console.log(HELP)
else await bench(values.quick, values.json, values.source)
