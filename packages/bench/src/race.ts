import { type ClockName, reasonOf, type Runner, type Timed } from './contender.ts'

export interface Limits {
  /** How long each contender is measured, unless it has `mostSamples` before or not yet `leastSamples`. */
  readonly seconds: number
  /** Seconds of a turn; long enough for a contender to have the caches to itself for most of it. */
  readonly turn: number
  readonly leastSamples: number
  readonly mostSamples: number
}

export const FULL: Limits = { seconds: 5, turn: 0.25, leastSamples: 5, mostSamples: 2000 }
export const QUICK: Limits = { seconds: 0.4, turn: 0.05, leastSamples: 2, mostSamples: 300 }

/** Seconds of each sample, or the reason why there are none; beside samples, a reason is a remark on them. */
export interface Measured {
  readonly seconds: readonly number[]
  readonly reason?: string
}

/** A contender this slow gets one sample after one warm-up, and a very slow one no warm-up. */
const SLOW_SECONDS = 10
const VERY_SLOW_SECONDS = 30
const CHECKS = 3
/** The share of the measured time that is spent before, to warm up. */
const WARM_UP = 0.2
const MOST_INPUTS = 64

/**
 * Measures runners in turns, so that a busy moment of the machine affects all of them. First all compute the same few
 * inputs, and a runner whose results differ from those of the first is out: comparing it would mean nothing.
 */
export async function race<Input>(
  runners: ReadonlyMap<string, () => Promise<Runner<Input>>>,
  draw: () => Input,
  { seconds, turn, leastSamples, mostSamples }: Limits,
  clock: ClockName,
): Promise<Map<string, Measured>> {
  const outcome = new Map<string, Measured>()
  const racers: { name: string; runner: Runner<Input>; samples: number[]; pace: number }[] = []
  const checks = Array.from({ length: CHECKS }, draw)
  let truth: Timed[] | undefined

  for (const [name, start] of runners) {
    try {
      const runner = await start()
      const first = await runner.run(checks.slice(0, 1), clock)
      const isSlow = first[0].seconds > SLOW_SECONDS
      const isVerySlow = first[0].seconds > VERY_SLOW_SECONDS
      const others = isVerySlow ? [] : await runner.run(checks.slice(1, isSlow ? 2 : CHECKS), clock)
      const timed = [...first, ...others]
      truth ??= timed
      agree(timed, truth)
      const remark = `one sample${isVerySlow ? ', not warmed up' : ''}: it is slow`
      if (isSlow) outcome.set(name, { seconds: [timed[timed.length - 1].seconds], reason: remark })
      else racers.push({ name, runner, samples: [], pace: await pace(runner, draw, seconds * WARM_UP, timed, clock) })
    } catch (error) {
      outcome.set(name, { seconds: [], reason: reasonOf(error) })
    }
  }

  for (let active = racers; active.length > 0;) {
    const share = (one: (typeof racers)[number]) => Math.min(MOST_INPUTS, Math.max(1, Math.round(turn / one.pace)))
    const inputs = Array.from({ length: Math.max(...active.map(share)) }, draw)
    for (const one of active) {
      const timed = await one.runner.run(inputs.slice(0, share(one)), clock)
      one.samples.push(...timed.map(each => each.seconds))
    }
    active = active.filter(
      ({ samples: { length }, samples }) => length < leastSamples || (length < mostSamples && total(samples) < seconds),
    )
  }
  for (const { name, samples } of racers) outcome.set(name, { seconds: samples })
  // In the order in which they came.
  return new Map([...runners.keys()].map(name => [name, outcome.get(name)!]))
}

const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

/** Warms the runner up; returns how many seconds a sample takes. */
async function pace<Input>(
  runner: Runner<Input>,
  draw: () => Input,
  seconds: number,
  timed: Timed[],
  clock: ClockName,
): Promise<number> {
  let last = Math.min(...timed.map(each => each.seconds))
  for (let spent = 0; spent < seconds;) {
    const count = Math.min(MOST_INPUTS, Math.max(1, Math.round((seconds - spent) / last / 4)))
    const more = await runner.run(Array.from({ length: count }, draw), clock)
    last = total(more.map(each => each.seconds)) / count
    spent += last * count
  }
  return last
}

/** Rounding differs between libraries; a forgotten bias or a different Adam makes a difference a thousand times larger. */
const TOLERANCE = 1e-3

function agree(timed: readonly Timed[], truth: readonly Timed[]): void {
  for (const [i, { result }] of timed.entries()) {
    const expected = truth[i]?.result ?? result
    if (Math.abs(result - expected) <= TOLERANCE * (1 + Math.abs(expected))) continue
    throw new Error(`it computes something else: step ${i + 1}, expected ${expected}, got ${result}`)
  }
}
