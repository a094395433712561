import { rng } from '@backprop/core'
import { accuracies, type Pixels } from './accuracy.ts'
import type { Field } from './all-contenders.ts'
import type { ClockName } from './contender.ts'
import { FULL, type Measured, QUICK, race } from './race.ts'
import { FULL_RUNS, QUICK_RUNS, trainingRuns } from './training-runs.ts'
import { type Digits, drawBatch, drawMatrices, type ModelName, startOf } from './work.ts'

/** What the report says about the samples of one contender. */
interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly samples: number
}

/** The numbers of one contender in one case, or the reason why there are none. */
export interface Detail extends Partial<Summary> {
  readonly accuracies?: readonly number[]
  readonly reason?: string
}

export type Details = Map<string, Detail>

export interface Context {
  readonly field: Field
  readonly quick: boolean
  readonly clock: ClockName
  /** Loads MNIST, for the cases that need it. */
  readonly digits: () => Promise<Digits>
  readonly progress: (line: string) => void
}

export interface Case {
  readonly id: string
  readonly unit: 'GFLOP/s' | 'ms' | 's' | 'accuracy'
  measure(context: Context): Promise<Details>
}

export const cases: readonly Case[] = [
  product('sgemm-256', 256),
  product('sgemm-1024', 1024),
  step('mlp-step-32', 'mlp', 32),
  step('mlp-step-128', 'mlp', 128),
  step('cnn-step-64', 'cnn', 64),
  step('attention-step-64', 'attention', 64),
  { id: 'mnist-5-epochs', unit: 's', measure: wholeRuns },
  quality('mnist-scaled-pixels', 'scaled'),
  quality('mnist-raw-pixels', 'raw'),
]

function product(id: string, size: number): Case {
  const gigaflops = (seconds: number) => (2 * size ** 3) / seconds / 1e9
  return {
    id,
    unit: 'GFLOP/s',
    async measure({ field, quick, clock }) {
      const runners = field.contenders.flatMap(({ name, multiply }) =>
        multiply ? [[name, () => multiply(size)] as const] : [],
      )
      const generator = rng(1)
      const measured = await race(new Map(runners), () => drawMatrices(size, generator), quick ? QUICK : FULL, clock)
      return detailsOf(measured, gigaflops)
    },
  }
}

/** Contenders whose steps take so long that a quick run skips them. */
const TOO_SLOW: Partial<Record<string, readonly string[]>> = { 'cnn-step-64': ['tfjs-cpu', 'jax-js'] }

function step(id: string, model: ModelName, batch: number): Case {
  return {
    id,
    unit: 'ms',
    async measure({ field, quick, clock }) {
      const start = startOf(model, batch)
      const skipped = quick ? (TOO_SLOW[id] ?? []) : []
      const runners = field.contenders.flatMap(({ name, train, models }) =>
        train && !skipped.includes(name) && (models?.includes(model) ?? true)
          ? [[name, () => train(start)] as const]
          : [],
      )
      const generator = rng(1)
      const measured = await race(new Map(runners), () => drawBatch(start, generator), quick ? QUICK : FULL, clock)
      const details = detailsOf(measured, seconds => seconds * 1000)
      for (const name of skipped) details.set(name, { reason: 'a step takes many seconds; measured without --quick' })
      return details
    },
  }
}

async function wholeRuns({ field, quick, clock, digits, progress }: Context): Promise<Details> {
  const limits = quick ? QUICK_RUNS : FULL_RUNS
  const runs = await trainingRuns(field.contenders, await digits(), limits, progress, clock)
  const details = [...runs].map(([name, { seconds, accuracies, reason }]) => {
    const detail: Detail = seconds.length > 0 ? { ...summary(seconds), accuracies } : { reason }
    return [name, detail] as const
  })
  return new Map(details)
}

const SEEDS = [1, 2, 3, 4, 5]

/** Measures how well our library learns instead of how fast; the others don't take part. */
function quality(id: string, pixels: Pixels): Case {
  return {
    id,
    unit: 'accuracy',
    async measure({ quick, digits, progress }) {
      const reached = await accuracies(pixels, await digits(), quick ? SEEDS.slice(0, 1) : SEEDS, progress)
      return new Map([['ours', { ...summary(reached), accuracies: reached }]])
    },
  }
}

function detailsOf(measured: ReadonlyMap<string, Measured>, value: (seconds: number) => number): Details {
  const details = [...measured].map(([name, { seconds, reason }]) => {
    const numbers = seconds.length > 0 ? summary(seconds.map(value)) : {}
    return [name, { ...numbers, ...(reason === undefined ? {} : { reason }) }] as const
  })
  return new Map(details)
}

function summary(samples: readonly number[]): Summary {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  return { median, min: sorted[0], max: sorted[sorted.length - 1], samples: sorted.length }
}
