import { setTimeout as sleep } from 'node:timers/promises'
import { faultOf, isPassing } from './faults.ts'

const WAITS = { firstMs: 100, longestMs: 2000 }

/** Says once that the database is gone, and once that it is back. */
export interface Reports {
  readonly onTrouble?: (why: string) => void
  readonly onBack?: () => void
}

/** Repeats what a broken connection prevented, until the database is back. */
export class Connection {
  readonly #reports: Reports
  #isDown = false

  constructor(reports: Reports = {}) {
    this.#reports = reports
  }

  /** `work` may run twice even if it succeeded, because the answer can be lost. Rejects with the reason of an abort. */
  async keep<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let wait = WAITS.firstMs; ; wait = Math.min(2 * wait, WAITS.longestMs)) {
      try {
        const result = await work()
        if (this.#isDown) this.#reports.onBack?.()
        this.#isDown = false
        return result
      } catch (error) {
        if (!isPassing(error)) throw error
        signal?.throwIfAborted()
        if (!this.#isDown) this.#reports.onTrouble?.(faultOf(error))
        this.#isDown = true
      }
      await pause(wait, signal)
    }
  }
}

/** Rejects with the reason of an abort. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal?.throwIfAborted())
}
