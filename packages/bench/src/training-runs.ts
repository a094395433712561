import { rng } from '@backprop/core'
import { type ClockName, type Contender, type Learner, reasonOf, Unavailable } from './contender.ts'
import { type Digits, startOf } from './work.ts'

export interface RunLimits {
  readonly epochs: number
  /** Whole runs of each contender, with other seeds, while they stay within `seconds`; at least one. */
  readonly runs: number
  readonly seconds: number
  /** A contender does not take part if one run would take longer than this. */
  readonly maxRunSeconds: number
}

export const FULL_RUNS: RunLimits = { epochs: 5, runs: 5, seconds: 60, maxRunSeconds: 150 }
export const QUICK_RUNS: RunLimits = { epochs: 5, runs: 1, seconds: 0, maxRunSeconds: 30 }

/** Seconds and test accuracy of each run, or the reason why there are none. */
export interface Runs {
  readonly seconds: number[]
  readonly accuracies: number[]
  readonly reason?: string
}

const BATCH = 32
const TRIAL_STEPS = 100

/**
 * Whole training runs, an epoch of each contender at a time, so that a busy moment of the machine affects all of them.
 * All start from the same weights and see the same images in the same order.
 */
export async function trainingRuns(
  contenders: readonly Contender[],
  digits: Digits,
  limits: RunLimits,
  progress: (line: string) => void,
  clock: ClockName,
): Promise<Map<string, Runs>> {
  const outcome = new Map<string, Runs>()
  for (const { name, learn } of contenders) {
    if (!learn) continue
    try {
      await tryOut(learn, digits, limits, clock)
      outcome.set(name, { seconds: [], accuracies: [] })
    } catch (error) {
      outcome.set(name, { seconds: [], accuracies: [], reason: reasonOf(error) })
    }
  }
  for (let run = 1; run <= limits.runs; run++) {
    const runners = contenders.flatMap(({ name, learn }) => {
      const runs = outcome.get(name)
      return learn && runs && runs.reason === undefined && hasTime(runs, limits) ? [{ name, learn, runs }] : []
    })
    await oneRun(runners, digits, limits.epochs, run, progress, clock)
  }
  return outcome
}

const hasTime = ({ seconds }: Runs, limits: RunLimits) =>
  seconds.length === 0 || seconds.reduce((a, b) => a + b) + seconds[0] <= limits.seconds

type Learn = NonNullable<Contender['learn']>

/** Warms up, and throws `Unavailable` if a run would take too long. */
async function tryOut(
  learn: Learn,
  digits: Digits,
  { epochs, maxRunSeconds }: RunLimits,
  clock: ClockName,
): Promise<void> {
  const learner = await learn(startOf('mlp', BATCH), digits)
  const images = digits.train.labels.length
  const trial = Uint32Array.from({ length: Math.min(images, TRIAL_STEPS * BATCH) }, (_, i) => i)
  let seconds = Infinity
  for (const part of [trial.subarray(0, trial.length / 2), trial.subarray(trial.length / 2)]) {
    seconds = ((await learner.epoch(part, clock)).seconds / part.length) * images * epochs
  }
  if (seconds <= maxRunSeconds) return
  throw new Unavailable(`one run would take about ${Math.round(seconds)} s, and the limit is ${maxRunSeconds} s`)
}

async function oneRun(
  runners: readonly { name: string; learn: Learn; runs: Runs }[],
  digits: Digits,
  epochs: number,
  seed: number,
  progress: (line: string) => void,
  clock: ClockName,
): Promise<void> {
  const generator = rng(seed)
  const start = startOf('mlp', BATCH, seed)
  const learners: { name: string; runs: Runs; learner: Learner; seconds: number }[] = []
  for (const { name, learn, runs } of runners) {
    learners.push({ name, runs, learner: await learn(start, digits), seconds: 0 })
  }
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = generator.permutation(digits.train.labels.length)
    for (const one of learners) {
      const { seconds, result } = await one.learner.epoch(order, clock)
      one.seconds += seconds
      progress(`run ${seed}, epoch ${epoch}: ${one.name} loss ${result.toFixed(4)} in ${seconds.toFixed(1)} s`)
    }
  }
  for (const { learner, runs, seconds } of learners) {
    const test = await learner.test(clock)
    runs.seconds.push(seconds + test.seconds)
    runs.accuracies.push(test.result)
  }
}
