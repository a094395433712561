import type { Session } from '../sandbox/session.ts'

/**
 * Starts the process of the next test while a test runs; starting one is most of what a small test waits for. It only
 * saves time: a spare that did not come up is forgotten, and whoever needed it starts one as if there had been none.
 */
export class Spare {
  #next: { readonly key: string; readonly session: Promise<Session | null> } | null = null

  /** The session of an earlier `prepare` with the same key, if it is there and well. */
  async take(key: string): Promise<Session | null> {
    if (this.#next?.key !== key) return null
    const session = await this.#next.session
    this.#next = null
    return session?.isOver ? null : session
  }

  async prepare(key: string, open: () => Promise<Session>): Promise<void> {
    await this.close()
    this.#next = { key, session: open().catch(() => null) }
  }

  async close(): Promise<void> {
    const session = await this.#next?.session
    this.#next = null
    await session?.close()
  }
}
