import { takesTime } from '@backprop/grader/suite'
import type { Run, StoppingOptions } from '#lab/early-stopping'

/** A training whose losses are known beforehand, and which records its calls. */
export interface ScriptedRun extends Run {
  /** What was called, in order. */
  readonly calls: readonly string[]
  /** The epoch whose weights are in use now: 0 for the initial ones, −1 for unknown ones. */
  readonly epochInUse: () => number
}

/**
 * `losses[e − 1]` is the validation loss with the weights of epoch e. The weights of each epoch are a secret. Every
 * function takes time, so a missing `await` shows.
 */
export function scriptedRun(losses: readonly number[], draw: () => number): ScriptedRun {
  const weightsOf = Array.from({ length: losses.length + 1 }, () => Float32Array.from({ length: 5 }, draw))
  const calls: string[] = []
  let trained = 0
  let inUse = 0
  return {
    calls,
    epochInUse: () => inUse,
    epoch: takesTime('epoch', () => {
      calls.push('epoch')
      trained = Math.min(trained + 1, losses.length)
      inUse = trained
    }),
    validationLoss: takesTime('validationLoss', () => {
      calls.push('validation')
      return losses[inUse - 1] ?? NaN
    }),
    testLoss: takesTime('testLoss', () => {
      calls.push('test')
      return testLossOf(inUse)
    }),
    weights: takesTime('weights', () => weightsOf[inUse] ?? Float32Array.of(NaN)),
    setWeights: takesTime('setWeights', (given: unknown) => {
      calls.push('set')
      const isThese = (weights: Float32Array) =>
        given instanceof Float32Array && given.length === weights.length && weights.every((w, i) => w === given[i])
      inUse = weightsOf.findIndex(isThese)
    }),
  }
}

/** The test loss with the weights of an epoch: far from all validation losses. */
export const testLossOf = (epoch: number): number => 7000 + 3 * epoch

/** When to stop, and the best epoch: for each epoch, the best one so far. */
export function stopping(losses: readonly number[], { patience, minDelta, maxEpochs }: StoppingOptions) {
  const bests = losses.reduce(
    (found: number[], loss, i) => {
      const best = found[i]
      const isBetter = best === 0 ? loss < Infinity : losses[best - 1] - loss > minDelta
      return [...found, isBetter ? i + 1 : best]
    },
    [0],
  )
  const enough = bests.findIndex((best, epoch) => epoch >= maxEpochs || epoch - best >= patience)
  return { epochs: enough, bestEpoch: bests[enough] }
}
