// What several threads gain over one: `pnpm bench threads [case …] [--seconds 10] [--threads 2]`.
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { wasm, type WasmBackend } from '@backprop/backend-wasm'
import { rng } from '@backprop/core'
import type { Runner } from './contender.ts'
import { ours } from './ours.ts'
import { machine } from './report.ts'
import { table } from './table.ts'
import { drawBatch, drawMatrices, type ModelName, startOf } from './work.ts'

/** Work for our library on some backend. */
interface Case {
  readonly name: string
  /** Starts the work; each call of what it returns does it so many times, and returns the milliseconds of each. */
  start(on: WasmBackend): Promise<(count: number) => Promise<number[]>>
}

const cases: readonly Case[] = [
  product(256),
  product(1024),
  step('mlp', 32),
  step('mlp', 128),
  step('cnn', 64),
  step('attention', 64),
]

function product(size: number): Case {
  return {
    name: `sgemm-${size}`,
    start: async on => repeat(await ours('ours', on).multiply!(size), () => drawMatrices(size, rng(1))),
  }
}

function step(model: ModelName, batch: number): Case {
  const start = startOf(model, batch)
  return {
    name: `${model}-step-${batch}`,
    start: async on => repeat(await ours('ours', on).train!(start), () => drawBatch(start, rng(1))),
  }
}

function repeat<Input>(runner: Runner<Input>, draw: () => Input): (count: number) => Promise<number[]> {
  const input = draw()
  return async count => {
    const timed = await runner.run(Array.from({ length: count }, () => input))
    return timed.map(({ seconds }) => seconds * 1000)
  }
}

/** Turns are short, so that a busy moment of the machine affects both, and an idle one is used by both. */
const TURN_MILLISECONDS = 10
const WARM_UPS = 30

/** Measures the work on both backends in turns; milliseconds of each sample. */
async function measure(one: Case, backends: readonly WasmBackend[], seconds: number): Promise<number[][]> {
  const runners = await Promise.all(backends.map(on => one.start(on)))
  const warm = await Promise.all(runners.map(run => run(WARM_UPS)))
  const turn = Math.max(1, Math.round(TURN_MILLISECONDS / Math.min(...warm.flat())))
  const samples: number[][] = backends.map(() => [])
  for (const end = performance.now() + seconds * 1000; performance.now() < end;)
    for (const [i, run] of runners.entries()) samples[i].push(...(await run(turn)))
  return samples
}

const HEADER = ['milliseconds', 'one thread', 'median', 'threads', 'median', 'gain', 'median']

function rowOf(name: string, samples: readonly number[][]): string[] {
  const sorted = samples.map(each => [...each].sort((a, b) => a - b))
  const [one, more] = sorted.map(each => ({ best: each[0], median: each[each.length >> 1] }))
  const gains = [one.best / more.best, one.median / more.median].map(gain => `${gain.toFixed(2)}×`)
  const times = [one.best, one.median, more.best, more.median].map(time => time.toPrecision(3))
  return [name, ...times, ...gains]
}

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, threads: { type: 'string', default: 'auto' } },
  allowPositionals: true,
})
const unknown = positionals.find(name => !cases.some(one => one.name === name))
if (unknown !== undefined) {
  console.error(`There is no case "${unknown}"; the cases are ${cases.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}
const threads = values.threads === 'auto' ? 'auto' : Number(values.threads)
const backends = await Promise.all([wasm(), wasm({ threads })])
const { cpu, cores, node, date } = machine()
const load = () => loadavg()[0].toFixed(1)
console.log(`${cpu}, ${cores} cores, Node ${node}, ${date}, load ${load()}\n${backends[1].description}\n`)
const rows: string[][] = []
const chosen = cases.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
for (const one of chosen) rows.push(rowOf(one.name, await measure(one, backends, Number(values.seconds))))
console.log(`${table([HEADER, ...rows])}\n\nload ${load()}; quote gains only if nothing else was running`)
backends[1].close()
