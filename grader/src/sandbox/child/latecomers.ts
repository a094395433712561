import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'

/** How long leftover timers may delay answers, in total over the life of the process. */
const PATIENCE_MS = 100
const STEP_MS = 5

/** What a call may leave behind: promises that it did not await, and errors that have yet to surface. */
export class Latecomers {
  readonly #open = new Set<SlowAnswer>()
  #patienceMs = PATIENCE_MS

  /**
   * A promise of what the grader's function `id` answered. The answer is here already, but the student's code gets it
   * only after a turn of the event loop, as from any function that takes time.
   */
  promise(id: number, ok: boolean, value: unknown): Promise<unknown> {
    const answer = new SlowAnswer((resolve, reject) => {
      setImmediate(() => {
        if (ok) resolve(value)
        else reject(value)
        answer.isSettled = true
      })
    })
    answer.id = id
    this.#open.add(answer)
    return answer
  }

  /** The id of a grader function whose answer the student's code has not awaited, or null. Then forgets it. */
  forgotten(): number | null {
    const forgotten = [...this.#open].find(({ isSeen, isSettled }) => !(isSeen && isSettled))
    this.#open.clear()
    return forgotten?.id ?? null
  }

  /**
   * Gives late errors time to surface: unhandled rejections, and what timers throw. So a late error
   * is always the error of the call that caused it, however soon the next one follows.
   */
  async errors(): Promise<void> {
    await turn()
    while (this.#patienceMs > 0 && process.getActiveResourcesInfo().includes('Timeout')) {
      this.#patienceMs -= STEP_MS
      await sleep(STEP_MS, undefined, { ref: false })
    }
  }
}

/** Not a plain promise, because `await` does not call its `then`: this way we know whether it is awaited. */
class SlowAnswer extends Promise<unknown> {
  static override get [Symbol.species]() {
    return Promise
  }
  id = 0
  isSeen = false
  isSettled = false

  override then<T, E>(...listeners: Parameters<typeof Promise.prototype.then<T, E>>): Promise<T | E> {
    this.isSeen = true
    return super.then(...listeners)
  }
}
