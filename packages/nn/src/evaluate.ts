import { argmax, explain, noGrad, type Tensor } from '@backprop/core'
import type { Batch, Batches, Input, Sequence } from './data.ts'
import type { Metric } from './metrics.ts'
import { evaluation } from './mode.ts'
import type { Module } from './module.ts'

/** One number for the outputs of a batch, the mean over its examples; training makes it smaller. */
export type Loss<Y> = (output: Tensor, y: Y) => Tensor

/** The mean loss over all examples, and the mean of each metric. */
export type Scores = { readonly loss: number } & Readonly<Record<string, number>>

/** How to judge a model. */
export interface Judge<Y> {
  readonly loss: Loss<Y>
  /** `{ accuracy }`; none unless given. */
  readonly metrics?: Readonly<Record<string, Metric<Y>>>
}

/**
 * The mean loss and metrics over all batches, in evaluation mode. Memory holds one batch at a time. Throws if there is
 * no batch.
 */
export async function evaluate<Y, X extends Input = Tensor>(
  model: Module<X>,
  data: Batches<Y, X>,
  { loss, metrics }: Judge<Y>,
): Promise<Scores> {
  const means = new Means()
  for await (const { x, y } of batchesIn('evaluate', data)) {
    const { output, cost } = noGrad(() => {
      const output = model.forward(x, evaluation)
      return { output, cost: loss(output, y) }
    })
    const scores = { loss: await cost.item(), ...(await judged(output, y, metrics)) }
    means.add(scores, x.shape[0])
    cost.release()
    if (output !== x) output.release()
  }
  return means.scores()
}

/**
 * The likeliest class of each example, in the order of the batches: logits [N, C] → N classes. Throws if there is no
 * batch.
 */
export async function predict<X extends Input = Tensor>(
  model: Module<X>,
  data: Batches<unknown, X>,
): Promise<Int32Array> {
  const found: number[] = []
  for await (const { x } of batchesIn('predict', data)) {
    const logits = noGrad(() => model.forward(x, evaluation))
    for (const label of await argmax(logits)) found.push(label)
    if (logits !== x) logits.release()
  }
  return Int32Array.from(found)
}

/** The metrics of one batch, by name. */
export async function judged<Y>(
  output: Tensor,
  y: Y,
  metrics: Judge<Y>['metrics'] = {},
): Promise<Record<string, number>> {
  const scores: Record<string, number> = {}
  for (const [name, metric] of Object.entries(metrics)) scores[name] = await metric(output, y)
  return scores
}

/** Means over examples from the means of batches: a shorter last batch counts for less. */
export class Means {
  readonly #sums = new Map<string, number>()
  #examples = 0

  add(scores: Scores, examples: number): void {
    for (const [name, score] of Object.entries(scores)) {
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + score * examples)
    }
    this.#examples += examples
  }

  scores(): Scores {
    const means = [...this.#sums].map(([name, sum]) => [name, sum / this.#examples] as const)
    return { loss: NaN, ...Object.fromEntries(means) }
  }
}

/** The batches of one epoch; throws if there are none, because that would pass for training. */
export async function* batchesIn<Y, X extends Input = Tensor>(
  where: string,
  data: Batches<Y, X>,
): AsyncGenerator<Batch<Y, X>, void, undefined> {
  let count = 0
  const sequence: Sequence<Batch<Y, X>> = typeof data === 'function' ? data() : data
  for await (const batch of sequence) {
    count++
    yield batch
  }
  if (count > 0) return
  const hint = 'a generator runs only once: pass a function that makes a new one, () => batchesOf(…)'
  throw new Error(explain(where, 'the data has 0 batches, expected at least 1', hint))
}
