import { backward, explain, type Rng, type Tensor } from '@backprop/core'
import { clipGradients } from './clip.ts'
import type { Batch, Batches, Input } from './data.ts'
import { batchesIn, evaluate, type Judge, judged, Means, type Scores } from './evaluate.ts'
import { training } from './mode.ts'
import type { Module } from './module.ts'
import type { Optimizer } from './optimizer.ts'
import { parameters } from './parameter.ts'

/** How to train. */
export interface FitOptions<Y, X extends Input = Tensor> extends Judge<Y> {
  readonly optimizer: Pick<Optimizer, 'step'>
  readonly epochs: number
  /** For what is random inside the model, such as the masks of dropout. The order of examples is up to the data. */
  readonly rng: Rng
  /** Examples that the model does not learn from; it is evaluated on them after each epoch. */
  readonly validation?: Batches<Y, X>
  /** The largest norm of all gradients together; see `clipGradients`. */
  readonly clip?: number
  /** Called after each step and waited for. */
  readonly onStep?: (report: StepReport) => unknown
  /** Called after each epoch and waited for. */
  readonly onEpoch?: (result: EpochResult) => unknown
  /** An `AbortSignal`, to stop after the step that is running. */
  readonly signal?: { readonly aborted: boolean }
  /** Milliseconds since some moment, for the pauses that let a page draw. `Date.now` unless given. */
  readonly clock?: () => number
}

/** How far training is; epochs and steps count from 1. */
export interface StepReport {
  readonly epoch: number
  /** Within this epoch. */
  readonly step: number
  /** Of this step alone. */
  readonly loss: number
  /** How many examples this epoch has seen. */
  readonly examples: number
}

/** The result of one epoch. */
export interface EpochResult {
  readonly epoch: number
  /** Each example in training mode, before the step that learned from it. */
  readonly training: Scores
  /** After the epoch, in evaluation mode. */
  readonly validation?: Scores
}

/** The result of training. */
export interface History {
  /** The epochs that were finished, in order. */
  readonly epochs: readonly EpochResult[]
  /** Whether all epochs were run, or the signal ended it; an interruption is not an error. */
  readonly ended: 'done' | 'aborted'
}

/**
 * Trains a model in place: each epoch goes once through the data, with one step of the optimizer for each batch. Throws
 * `RangeError` if `epochs` is not a whole number of at least 0, and `Error` if the data has no batch.
 */
export async function fit<Y, X extends Input = Tensor>(
  model: Module<X>,
  data: Batches<Y, X>,
  options: FitOptions<Y, X>,
): Promise<History> {
  const { validation, signal } = options
  checkEpochs(options.epochs)
  const breathe = breather(options.clock ?? Date.now)
  const epochs: EpochResult[] = []
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const scores = await runEpoch(model, data, options, { epoch, breathe })
    if (scores === null) return { epochs, ended: 'aborted' }
    const judgement = validation && (await evaluate(model, validation, options))
    const result = { epoch, training: scores, ...(judgement && { validation: judgement }) }
    epochs.push(result)
    await options.onEpoch?.(result)
    if (epoch < options.epochs && signal?.aborted) return { epochs, ended: 'aborted' }
  }
  return { epochs, ended: 'done' }
}

/** The scores of one epoch, or `null` if it was interrupted. */
async function runEpoch<Y, X extends Input>(
  model: Module<X>,
  data: Batches<Y, X>,
  options: FitOptions<Y, X>,
  { epoch, breathe }: { readonly epoch: number; readonly breathe: () => Promise<void> },
): Promise<Scores | null> {
  const means = new Means()
  let step = 0
  let examples = 0
  for await (const batch of batchesIn(`fit, epoch ${epoch}`, data)) {
    if (options.signal?.aborted) return null
    const scores = await runStep(model, batch, options)
    step++
    examples += batch.x.shape[0]
    means.add(scores, batch.x.shape[0])
    await options.onStep?.({ epoch, step, loss: scores.loss, examples })
    await breathe()
  }
  return means.scores()
}

async function runStep<Y, X extends Input>(
  model: Module<X>,
  { x, y }: Batch<Y, X>,
  options: FitOptions<Y, X>,
): Promise<Scores> {
  const { loss, metrics, optimizer, rng, clip } = options
  const output = model.forward(x, training(rng))
  const cost = loss(output, y)
  // Metrics get a copy of the output: what they compute must not join the graph.
  const copy = metrics && output.detach()
  const scores = { loss: await cost.item(), ...(copy && (await judged(copy, y, metrics))) }
  copy?.release()
  backward(cost)
  cost.release()
  if (clip !== undefined) clipGradients(parameters(model), clip).release()
  optimizer.step()
  return scores
}

function checkEpochs(epochs: number): void {
  if (Number.isInteger(epochs) && epochs >= 0) return
  throw new RangeError(explain('fit', `epochs is ${epochs}, expected a whole number of at least 0`))
}

// Every platform has it, but not the type libraries that this package is checked with.
declare const setTimeout: ((callback: () => void) => unknown) | undefined

const PAUSE_EVERY_MS = 50

/**
 * A function to await in a long loop. Every 50 ms it gives everything else a turn: a page draws, and a click on "stop"
 * arrives. An `await` alone does not do that where the backend answers at once.
 */
function breather(clock: () => number): () => Promise<void> {
  let last = clock()
  return async () => {
    if (clock() - last < PAUSE_EVERY_MS || typeof setTimeout !== 'function') return
    await new Promise<void>(resolve => void setTimeout(resolve))
    last = clock()
  }
}
