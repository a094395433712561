import { parseArgs } from 'node:util'
import { loadMnist } from '@backprop/datasets/node'
import { openAll, own, peers } from './all-contenders.ts'
import { type Case, cases } from './cases.ts'
import { type CaseReport, caseReport, caseTable, machine, type Report, versionsOf } from './report.ts'

const ids = cases.map(({ id }) => id).join(', ')

/** Separate programs: the playground's beside its own peer, the others without peers. */
const OTHERS: Readonly<Record<string, URL>> = {
  playground: new URL('../../playground/bench/bench.ts', import.meta.url),
  ops: new URL('op-ratios.ts', import.meta.url),
  threads: new URL('thread-gains.ts', import.meta.url),
  libtensorflow: new URL('libtensorflow.ts', import.meta.url),
}

const HELP = `pnpm bench [case …] [--json] [--quick] [--processor]
pnpm bench playground [--json] [--quick] [--source URL]
pnpm bench ops [--quick] [--processor]
pnpm bench threads [case …] [--seconds 10] [--threads 2]
pnpm bench libtensorflow [case …] [--quick] [--processor]

Measures our library and its peers in turns, on one thread each. Without a case: all of them.

  case      ${ids}
  --json    a report for programs on standard output
  --quick   fewer samples; a first impression, nothing to quote
  --processor
            processor time, which other programs change little, for a busy machine; without our threads
  --help    this text`

interface Choices {
  readonly wanted: readonly Case[]
  readonly json: boolean
  readonly quick: boolean
  /** Whether to measure processor time. */
  readonly processor: boolean
}

/** The choices on the command line, or a sentence that says what is wrong with them. */
function chosen(args: string[]): (Choices & { help: boolean }) | string {
  const flag = { type: 'boolean', default: false } as const
  try {
    const options = { json: flag, quick: flag, processor: flag, help: { ...flag, short: 'h' } } as const
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    const unknown = positionals.find(name => !cases.some(({ id }) => id === name))
    if (unknown !== undefined) return `There is no case "${unknown}"; the cases are ${ids}.`
    return { wanted: cases.filter(({ id }) => positionals.length === 0 || positionals.includes(id)), ...values }
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\nTry: pnpm bench --help`
  }
}

async function bench({ wanted, json, quick, processor }: Choices): Promise<void> {
  const progress = (line: string) => void process.stderr.write(`${line}\n`)
  const field = await openAll([...own.filter(({ name }) => !processor || name !== 'ours-threads'), ...peers])
  process.once('exit', () => field.close())
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => process.exit(code))

  const about = machine()
  const versions = versionsOf(field)
  const clock = processor ? 'processor' : 'elapsed'
  const facts = [about.cpu, `${about.cores} cores`, `Node ${about.node}`, ...Object.values(versions), about.date]
  if (!json) console.log(`${facts.join(', ')}${processor ? '; processor time' : ''}\n`)
  const reports: CaseReport[] = []
  for (const one of wanted) {
    progress(`${one.id} …`)
    const details = await one.measure({ field, quick, clock, digits: loadMnist, progress })
    const report = caseReport(one, details, field.absent)
    reports.push(report)
    if (!json) console.log(caseTable(report))
  }
  if (json) console.log(JSON.stringify({ machine: about, clock, versions, cases: reports } satisfies Report, null, 2))
  field.close()
}

async function main(args: string[]): Promise<void> {
  if (Object.hasOwn(OTHERS, args[0] ?? '')) {
    process.argv.splice(2, 1)
    await import(OTHERS[args[0]].href)
    return
  }
  const choice = chosen(args)
  if (typeof choice === 'string') {
    console.error(choice)
    process.exitCode = 2
  } else if (choice.help) console.log(HELP)
  else await bench(choice)
}

await main(process.argv.slice(2))
