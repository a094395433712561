import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { makePoints } from '../src/data/points.ts'
import { type Functions, OUR_FUNCTIONS } from '../src/engine/functions.ts'
import { StudentFunctions } from '../src/server/student-functions.ts'
import { DEFAULT_SETUP, type Setup } from '../src/setup/setup.ts'
import { SlotSet } from '../src/slots/slot-set.ts'
import { Run } from '../src/worker/run.ts'
import { loadEngine, tensorflowSteps } from './tensorflow-engine.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const TURN_MICROSECONDS = 250_000
const TURNS = { quick: 3, full: 15 } as const

const layers = (...neurons: number[]) => neurons.map(count => ({ neurons: count, dropout: 0 }))

const NETWORKS: Readonly<Record<string, Setup>> = {
  'spiral, 6 × 8 tanh': { ...DEFAULT_SETUP, dataset: 'spiral', layers: layers(8, 8, 8, 8, 8, 8) },
  'circle, 2-4-1 tanh': { ...DEFAULT_SETUP, dataset: 'circle', layers: layers(4) },
  'two clouds, no hidden layer': { ...DEFAULT_SETUP, dataset: 'gauss', layers: [] },
}

/** One engine on one network: makes a step at each call. */
type Contender = readonly [name: string, step: () => void]

/** Steps per second of processor time, which a busy machine changes less than time on the clock. */
function sample(step: () => void): number {
  const start = process.cpuUsage()
  for (let steps = 0; ;) {
    for (let i = 0; i < 100; i += 1) step()
    steps += 100
    const { user, system } = process.cpuUsage(start)
    if (user + system >= TURN_MICROSECONDS) return (1e6 * steps) / (user + system)
  }
}

/** Contenders take turns, so that a busy moment of the machine affects all of them; the first turn warms up. */
function race(contenders: readonly Contender[], turns: number): Map<string, number> {
  const rates = contenders.map(([, step]) => (sample(step), [] as number[]))
  for (let turn = 0; turn < turns; turn += 1) contenders.forEach(([, step], i) => rates[i].push(sample(step)))
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
  return new Map(contenders.map(([name], i) => [name, median(rates[i])]))
}

async function solutions(): Promise<Functions | string> {
  if (!existsSync(resolve(ROOT, 'solutions'))) return 'a student tree has no solutions'
  const trouble: string[] = []
  const listener = { onChange: () => undefined, onTrouble: (why: string) => void trouble.push(why) }
  const bundled = new StudentFunctions({ root: ROOT, solutions: true }, listener)
  const files = await bundled.all()
  await bundled.close()
  if (trouble.length > 0) return trouble.join('\n')
  const slots = new SlotSet(async code => {
    const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`
    return { exports: (await import(url)) as unknown, url }
  })
  await slots.load(files)
  const ours = slots.statuses(({ used }) => used(DEFAULT_SETUP), true).filter(({ state }) => state !== 'yours')
  return ours.length === 0
    ? slots.functions()
    : `not from the solutions: ${ours.map(({ id, why }) => `${id} (${why})`).join(', ')}`
}

/** With lab 08's engine, and without it: it takes the place of many functions, and builds a graph for each step. */
const solutionsOf = (all: Functions): readonly (readonly [string, Functions])[] => [
  ['solutions to lab 07', { ...all, autodiff: () => null }],
  ['solutions to lab 08', all],
]

/** Steps per second of each engine on each network. */
export interface EngineReport {
  readonly network: string
  readonly rates: Readonly<Record<string, number>>
}

/**
 * Our engine, with our functions and with the reference solutions in the slots, beside the engine of TensorFlow
 * Playground in `clone`, if there is one. Same points, same batches of 10, one thread each.
 */
export async function benchEngines(clone: string | null, quick: boolean): Promise<EngineReport[]> {
  const peer = clone === null ? null : await loadEngine(clone)
  const written = await solutions()
  if (typeof written === 'string') console.error(`Without students' functions: ${written}`)

  return Object.entries(NETWORKS).map(([network, setup]) => {
    const split = makePoints(setup)
    const steps = (functions: Functions) => {
      const run = new Run(setup, split, functions)
      return () => void run.advance()
    }
    const hidden = setup.layers.map(({ neurons }) => neurons)
    const contenders: Contender[] = [
      ['ours', steps(OUR_FUNCTIONS)],
      ...(typeof written === 'string' ? [] : solutionsOf(written).map(([name, all]) => [name, steps(all)] as const)),
      ...(peer === null
        ? []
        : [['TensorFlow Playground', tensorflowSteps(peer, split.train, { ...setup, hidden })] as const]),
    ]
    return { network, rates: Object.fromEntries(race(contenders, quick ? TURNS.quick : TURNS.full)) }
  })
}

/** A report as lines of text. */
export function engineTable(reports: readonly EngineReport[]): string {
  return reports
    .flatMap(({ network, rates }) => {
      const reference = rates['TensorFlow Playground']
      const row = ([name, rate]: [string, number]) => {
        const times = reference === undefined ? '' : `  ${(rate / reference).toFixed(2)}×`
        return `  ${name.padEnd(24)}${Math.round(rate).toLocaleString('en').padStart(10)} steps/s${times}`
      }
      return [network, ...Object.entries(rates).map(row)]
    })
    .join('\n')
}
