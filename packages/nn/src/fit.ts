import { backward } from '@backprop/core'
import type { Rng } from '@backprop/core'
import { breather } from './breathe.ts'
import { clipGradients } from './clip.ts'
import type { Batch, Batches } from './data.ts'
import { EarlyStopping } from './early-stopping.ts'
import type { EarlyStoppingOptions } from './early-stopping.ts'
import { Means, batchesIn, evaluate, judged } from './evaluate.ts'
import type { Judge, Scores } from './evaluate.ts'
import { explain } from './explain.ts'
import { training } from './mode.ts'
import type { Module } from './module.ts'
import type { Optimizer } from './optimizer.ts'
import { parameters } from './parameter.ts'

export interface FitOptions<Y> extends Judge<Y> {
  readonly optimizer: Optimizer
  readonly epochs: number
  /** Draws what is random inside the model, such as the masks of dropout. The order of examples is up to the data. */
  readonly rng: Rng
  /** Examples that the model does not learn from; it is judged on them after each epoch. */
  readonly validation?: Batches<Y>
  readonly earlyStopping?: EarlyStoppingOptions
  /** The longest that all gradients together may be; see `clipGradients`. */
  readonly clip?: number
  /** Called after each step and waited for. */
  readonly onStep?: (report: StepReport) => unknown
  /** Called after each epoch and waited for. */
  readonly onEpoch?: (result: EpochResult) => unknown
  /** An `AbortSignal`, to stop after the step that is running. */
  readonly signal?: { readonly aborted: boolean }
}

/** Where training is; epochs and steps count from 1. */
export interface StepReport {
  readonly epoch: number
  /** Of this epoch. */
  readonly step: number
  /** Of this step alone. */
  readonly loss: number
  /** How many examples this epoch has seen. */
  readonly examples: number
}

/** What one epoch showed. */
export interface EpochResult {
  readonly epoch: number
  /** Each example judged in training mode, before the step that learned from it. */
  readonly training: Scores
  /** Judged after the epoch, in evaluation mode. */
  readonly validation?: Scores
}

/** What training showed. */
export interface History {
  /** The epochs that were finished, in order. */
  readonly epochs: readonly EpochResult[]
  /** Why it ended: all epochs done, no longer getting better, or the signal. An interruption is no error. */
  readonly ended: 'done' | 'early' | 'aborted'
  /** The epoch whose weights the model has now, if early stopping chose one. */
  readonly bestEpoch: number | null
}

/**
 * Trains a model, in place: each epoch goes once through the data, with one step of the optimizer for each batch. With
 * early stopping the model ends with the weights of its best epoch, however the training ended.
 */
export async function fit<Y>(model: Module, data: Batches<Y>, options: FitOptions<Y>): Promise<History> {
  const { validation, signal } = options
  checkEpochs(options.epochs)
  const stopping = earlyStopping(model, options)
  const breathe = breather()
  const epochs: EpochResult[] = []
  let ended: History['ended'] = 'done'
  try {
    for (let epoch = 1; epoch <= options.epochs && ended === 'done'; epoch++) {
      const scores = await runEpoch(model, data, options, { epoch, breathe })
      if (scores === null) {
        ended = 'aborted'
        break
      }
      const judgement = validation && (await evaluate(model, validation, options))
      const result = { epoch, training: scores, ...(judgement && { validation: judgement }) }
      epochs.push(result)
      if (judgement && stopping?.observe(judgement)) ended = 'early'
      await options.onEpoch?.(result)
      if (ended === 'done' && epoch < options.epochs && signal?.aborted) ended = 'aborted'
    }
    stopping?.restore()
    return { epochs, ended, bestEpoch: stopping?.bestEpoch ?? null }
  } finally {
    stopping?.release()
  }
}

/** The scores of one epoch, or `null` if it was interrupted. */
async function runEpoch<Y>(
  model: Module,
  data: Batches<Y>,
  options: FitOptions<Y>,
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

async function runStep<Y>(model: Module, { x, y }: Batch<Y>, options: FitOptions<Y>): Promise<Scores> {
  const { loss, metrics, optimizer, rng, clip } = options
  const output = model.forward(x, training(rng))
  const cost = loss(output, y)
  // The output belongs to the graph, and what a metric computes from it must not: it looks at a copy.
  const copy = metrics && output.detach()
  const scores = { loss: await cost.item(), ...(copy && (await judged(copy, y, metrics))) }
  copy?.release()
  backward(cost)
  cost.release()
  if (clip !== undefined) clipGradients(parameters(model), clip).release()
  optimizer.step()
  return scores
}

function earlyStopping<Y>(model: Module, options: FitOptions<Y>): EarlyStopping | null {
  if (!options.earlyStopping) return null
  if (options.validation) return new EarlyStopping(model, options.earlyStopping)
  const hint = 'keep examples apart that the model does not learn from, and that are not the test set'
  throw new Error(explain('fit', 'early stopping needs validation data, but none was given', hint))
}

function checkEpochs(epochs: number): void {
  if (Number.isInteger(epochs) && epochs >= 0) return
  throw new RangeError(explain('fit', `epochs is ${epochs}, but a whole number, 0 or more, is wanted`))
}
