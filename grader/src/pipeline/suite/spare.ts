import type { Session } from '../../sandbox/session.ts'

/**
 * Starts the process of the next test while a test runs, because small tests spend most of their time on that. It only
 * saves time: if the spare did not come up, the next test starts its own process.
 */
export class Spare {
  #next: Promise<Session | null> | null = null

  /** Returns what `prepare` started, once, if it came up. */
  async take(): Promise<Session | null> {
    const next = this.#next
    this.#next = null
    const session = await next
    return session?.isOver ? null : session
  }

  prepare(open: () => Promise<Session>): void {
    this.#next = open().catch(() => null)
  }

  async close(): Promise<void> {
    const session = await this.take()
    await session?.close()
  }
}
