import type { Tensor } from '@backprop/core'
import type { Scores } from './evaluate.ts'
import { explain } from './explain.ts'
import type { Module } from './module.ts'
import { state } from './parameter.ts'

/** When to stop because the model no longer gets better on data that it does not learn from. */
export interface EarlyStoppingOptions {
  /** How many epochs in a row may bring nothing better. */
  readonly patience: number
  /** By how much an epoch has to be better to count; 0 unless given. */
  readonly minDelta?: number
  /** What to look at, smaller is better; the validation loss unless given. `scores => -scores.accuracy` */
  readonly watch?: (scores: Scores) => number
}

/** Remembers the best epoch and the weights that the model had then. */
export class EarlyStopping {
  readonly #model: Module
  readonly #options: Required<EarlyStoppingOptions>
  #best = Infinity
  #bestEpoch: number | null = null
  #epoch = 0
  #weights = new Map<string, Tensor>()

  constructor(model: Module, { patience, minDelta = 0, watch = ({ loss }) => loss }: EarlyStoppingOptions) {
    if (!Number.isInteger(patience) || patience < 1) {
      const fact = `patience is ${patience}, but a whole number of epochs, 1 or more, is wanted`
      throw new RangeError(explain('earlyStopping', fact))
    }
    this.#model = model
    this.#options = { patience, minDelta, watch }
  }

  /** The epoch with the best score so far, counted from 1; `null` if there was none, because all were NaN. */
  get bestEpoch(): number | null {
    return this.#bestEpoch
  }

  /** Takes note of the scores of one more epoch; true if it is time to stop. */
  observe(scores: Scores): boolean {
    this.#epoch++
    const score = this.#options.watch(scores)
    if (score < this.#best - this.#options.minDelta) {
      this.#best = score
      this.#bestEpoch = this.#epoch
      this.release()
      this.#weights = new Map([...state(this.#model)].map(([name, { value }]) => [name, value.detach()]))
    }
    return this.#epoch - (this.#bestEpoch ?? 0) >= this.#options.patience
  }

  /** Gives the model its best weights back. */
  restore(): void {
    for (const [name, box] of state(this.#model)) {
      const best = this.#weights.get(name)
      if (best === undefined) continue
      box.value.release('early stopping went back to the weights of the best epoch')
      box.value = best.toLeaf()
    }
    this.#weights.clear()
  }

  release(): void {
    for (const weights of this.#weights.values()) weights.release()
    this.#weights.clear()
  }
}
