import type { EarlyStopping } from '../engine/early-stopping.ts'

/** How early stopping is asked for in the playground. Its epochs are those after which losses are recorded. */
const OPTIONS = { patience: 20, minDelta: 1e-4, maxEpochs: Number.MAX_SAFE_INTEGER } as const

/** Early stopping that only watches: it is fed the losses of a run, and says when it would have stopped it. */
export class StoppingWatch {
  /** The epoch after which it would have stopped; null while it goes on. */
  stoppedAt: number | null = null
  readonly #waiting: { readonly epoch: number; readonly loss: number }[] = []
  #now = { epoch: 0, loss: NaN }
  #wake: () => void = () => undefined

  /** `onError` gets what the function threw. */
  constructor(earlyStopping: EarlyStopping, onError: (error: unknown) => void) {
    // Its weights are the number of the epoch: it may keep and put back what it likes.
    const run = {
      epoch: () => this.#next(),
      validationLoss: () => Promise.resolve(this.#now.loss),
      testLoss: () => Promise.resolve(this.#now.loss),
      weights: () => Float32Array.of(this.#now.epoch),
      setWeights: () => Promise.resolve(),
    }
    earlyStopping(run, OPTIONS).then(() => (this.stoppedAt = this.#now.epoch), onError)
  }

  /** The validation loss after an epoch; NaN, where there are no test data, says nothing. */
  add(epoch: number, loss: number): void {
    if (this.stoppedAt !== null || Number.isNaN(loss)) return
    this.#waiting.push({ epoch, loss })
    this.#wake()
  }

  async #next(): Promise<void> {
    while (this.#waiting.length === 0) await new Promise<void>(resolve => (this.#wake = resolve))
    this.#now = this.#waiting.shift() ?? this.#now
  }
}
