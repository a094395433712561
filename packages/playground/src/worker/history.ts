import type { Moment, Run } from './run.ts'

/** The largest number of moments that are kept. When there are more, every second one goes. */
const MOST_MOMENTS = 256

/** Losses are recorded after each epoch up to this one, then half as often each time that the epochs double. */
const EVERY_EPOCH_UNTIL = 512

/** A point of the curves: the losses after an epoch. */
export type CurvePoint = readonly [epoch: number, train: number, test: number]

/** Whether the losses are recorded after this epoch. Depends on nothing else, so that a run can be repeated exactly. */
export function isRecorded(epoch: number): boolean {
  let every = 1
  for (let until = EVERY_EPOCH_UNTIL; epoch > until; until *= 2) every *= 2
  return epoch % every === 0
}

/** The earlier moments of a run. Its memory is bounded: the longer the run, the further apart its moments are. */
export class History {
  #moments: Moment[] = []
  /** Steps between moments. */
  #stride = 1
  /** The newest state, while an earlier one is shown. */
  #head: Moment | null = null

  /** To be called after each step. */
  record(run: Run): void {
    if (this.#head) this.#forgetAfter(run.step)
    if (run.step % this.#stride !== 0) return
    this.#moments.push(run.moment())
    if (this.#moments.length <= MOST_MOMENTS) return
    this.#stride *= 2
    this.#moments = this.#moments.filter(({ step }) => step % this.#stride === 0)
  }

  /** How many moments there are to go back to, the newest state included. */
  count(run: Run): number {
    return this.#all(run).length
  }

  /** Which of them the run is at. */
  index(run: Run): number {
    const at = this.#all(run).findIndex(({ step }) => step >= run.step)
    return Math.max(0, at)
  }

  /** Shows an earlier moment. Later ones stay until the run goes on from there. */
  seek(run: Run, moment: number): void {
    const all = this.#all(run)
    const found = all[Math.max(0, Math.min(Math.round(moment), all.length - 1))]
    this.#head = all[all.length - 1]
    run.goTo(found)
    if (found === this.#head) this.#head = null
  }

  /** The parameters at all moments, in order. */
  path(run: Run): Float64Array[] {
    return this.#all(run).map(({ theta }) => theta)
  }

  #all(run: Run): Moment[] {
    const head = this.#head ?? run
    const last = this.#moments.at(-1)
    if (last && last.step >= head.step) return this.#moments
    return [...this.#moments, this.#head ?? run.moment()]
  }

  #forgetAfter(step: number): void {
    this.#head = null
    this.#moments = this.#moments.filter(moment => moment.step < step)
  }
}
