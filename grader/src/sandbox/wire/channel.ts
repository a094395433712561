import type { Duplex } from 'node:stream'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { FrameReader } from './frames.ts'
import { ProtocolError, REPLY_LIMITS, WIRE_LIMITS, type WireHooks } from './wire.ts'

/** What a child may send over a channel in its whole life. The labs' solutions send at most 3 MB. */
export interface Budget {
  readonly bytes: number
  readonly frames: number
}

const BUDGET: Budget = { bytes: 128 << 20, frames: 2_000_000 }

export interface ChannelListener {
  /** A message has arrived and is about to be read, which may take more memory than this process has. */
  readonly onFrame?: () => void
  /** Handles one message of this many bytes; throwing a `ProtocolError` counts as a breach too. */
  readonly onMessage: (message: readonly unknown[], bytes: number) => void
  /** The other side broke the rules; nothing more is read. */
  readonly onBreach: (kind: 'flood' | 'protocol', what: string) => void
  /** Something went wrong here while a message was read; nothing more is read. */
  readonly onFault: (error: unknown) => void
}

/** One descriptor to a hostile process: frames out, bounded messages in. */
export class Channel {
  readonly #stream: Duplex
  readonly #hooks: WireHooks
  readonly #listener: ChannelListener
  readonly #budget: Budget
  readonly #frames = new FrameReader(WIRE_LIMITS.frame)
  readonly #received = { bytes: 0, frames: 0 }
  #closed = false

  constructor(stream: Duplex, hooks: WireHooks, listener: ChannelListener, budget = BUDGET) {
    this.#stream = stream
    this.#hooks = hooks
    this.#listener = listener
    this.#budget = budget
    stream.on('error', () => {}) // a child that dies breaks its pipes; its exit event reports it
    stream.on('data', (chunk: Buffer) => this.#take(chunk))
  }

  /** Encodes immediately, so that a value that can't be sent throws at its sender. */
  send(message: readonly unknown[]): void {
    this.#stream.write(encode(message, this.#hooks, REPLY_LIMITS))
  }

  /** Stops reading. */
  close(): void {
    this.#closed = true
  }

  #take(chunk: Buffer): void {
    if (this.#closed) return
    this.#received.bytes += chunk.length
    if (this.#received.bytes > this.#budget.bytes) return this.#breach('flood', 'more data than allowed')
    try {
      for (const frame of this.#frames.push(chunk)) {
        if (this.#closed) return
        if (++this.#received.frames > this.#budget.frames) return this.#breach('flood', 'more messages than allowed')
        this.#listener.onFrame?.()
        const message = decode(frame, this.#hooks)
        if (!Array.isArray(message)) throw new ProtocolError('a message that is not a list')
        this.#listener.onMessage(message, frame.length)
      }
    } catch (error) {
      if (error instanceof ProtocolError) return this.#breach('protocol', error.message)
      this.close()
      this.#listener.onFault(error)
    }
  }

  #breach(kind: 'flood' | 'protocol', what: string): void {
    this.close()
    this.#listener.onBreach(kind, `sent ${what}`)
  }
}
