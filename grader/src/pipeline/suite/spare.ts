import type { Session } from '../../sandbox/session.ts'

/**
 * Starts the process of the next test while a test runs; starting one is most of what a small test waits for. It only
 * saves time: if the spare did not come up, the next test starts its own process.
 */
export class Spare {
  #next: Promise<Session | null> | null = null

  /** What `prepare` has begun, once, if it is there and well. */
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
