import { setImmediate } from 'node:timers/promises'
import { failureOf, type TestFailure } from '@backprop/test-runner/events'

/**
 * Errors that nothing in a test handled while it ran: they fail that test, and the rest of the suite goes on.
 * Without a listener they would count against the whole suite.
 */
export class Strays {
  readonly #failures: TestFailure[] = []
  readonly #take = (error: unknown): void => void this.#failures.push(failureOf(error))

  constructor() {
    process.on('unhandledRejection', this.#take)
    process.on('uncaughtException', this.#take)
  }

  /** All of them. Waits a turn, because Node reports rejections at the end of the current one. */
  async stop(): Promise<TestFailure[]> {
    await setImmediate()
    process.off('unhandledRejection', this.#take)
    process.off('uncaughtException', this.#take)
    return this.#failures
  }
}
