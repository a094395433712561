import type { Readable } from 'node:stream'
import { safeBlock } from '@backprop/safe-text'

/** How many bytes a child may print, and how many characters are kept. */
const LIMITS = { most: 1 << 20, kept: 16_384 }

/** What a child prints. `onFlood` is called when it is too much. */
export class Printed {
  #kept = ''
  #bytes = 0

  constructor(streams: readonly (Readable | null)[], onFlood: () => void) {
    for (const stream of streams) {
      stream?.on('error', () => {}) // it breaks when the child dies
      stream?.on('data', (chunk: Buffer) => {
        this.#bytes += chunk.length
        if (this.#kept.length < LIMITS.kept) this.#kept += chunk.toString('utf8').slice(0, LIMITS.kept)
        if (this.#bytes > LIMITS.most) onFlood()
      })
    }
  }

  /** Sanitized, for the instructor's log. */
  get text(): string {
    return safeBlock(this.#kept)
  }
}
