/** The part of a stream that progress needs, such as `process.stdout`. */
export interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface Plan {
  /** The number of epochs. */
  readonly epochs: number
  /** The number of steps in an epoch. */
  readonly steps: number
  /** The number of epochs that were trained before, and so take no time now. */
  readonly before?: number
}

const REDRAW_MS = 100

/**
 * Shows the progress of training: a plain line for each epoch, and on a terminal also a changing line with epoch, step,
 * loss and the time left.
 *
 * @example const progress = new TrainingProgress(process.stdout, { epochs: 5, steps: 1875 })
 */
export class TrainingProgress {
  readonly #output: Output
  readonly #plan: Required<Plan>
  readonly #clock: () => number
  readonly #isLive: boolean
  readonly #started: number
  #drawn = -Infinity

  /** `clock` in ms. */
  constructor(output: Output, plan: Plan, clock: () => number = () => performance.now()) {
    this.#output = output
    this.#plan = { before: 0, ...plan }
    this.#clock = clock
    this.#isLive = output.isTTY === true && !process.env.CI
    this.#started = clock()
  }

  /** Call it after a step. Epochs and steps count from 1; the loss is that of the batch. */
  step(epoch: number, step: number, loss: number): void {
    const now = this.#clock()
    if (!this.#isLive || now - this.#drawn < REDRAW_MS) return
    this.#drawn = now
    const { epochs, steps } = this.#plan
    const bar = '█'.repeat(Math.round((20 * step) / steps)).padEnd(20, '░')
    const line = `  epoch ${epoch} of ${epochs}  ${bar} step ${step} of ${steps}  loss ${loss.toFixed(4)}${this.#left(epoch, step)}`
    this.#output.write(`\r\u001b[K${line.slice(0, (this.#output.columns ?? 80) - 1)}`)
  }

  /** Call it after an epoch. */
  epoch(epoch: number, words: string): void {
    const { epochs, steps } = this.#plan
    const left = epoch < epochs ? this.#left(epoch, steps) : ''
    this.#output.write(`${this.#isLive ? '\r\u001b[K' : ''}  epoch ${epoch} of ${epochs}  ${words}${left}\n`)
    this.#drawn = -Infinity
  }

  #left(epoch: number, step: number): string {
    const { epochs, steps, before } = this.#plan
    const done = (epoch - before - 1) * steps + step
    const all = (epochs - before) * steps
    const seconds = ((this.#clock() - this.#started) / done / 1000) * (all - done)
    return `, about ${Math.ceil(seconds)} s left`
  }
}
