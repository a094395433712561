import { ProtocolError } from './wire.ts'

const HEADER = 4
/** Memory for a frame is allocated as its bytes arrive, so that announcing a huge frame costs the reader nothing. */
const FIRST = 1 << 16

/** Cuts a stream of bytes into frames. A length is judged before a single byte of its frame is kept. */
export class FrameReader {
  readonly #most: number
  readonly #header = Buffer.alloc(HEADER)
  #headerBytes = 0
  /** The frame that is arriving; empty between frames. */
  #frame: Buffer | null = null
  #need = 0
  #have = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Yields each frame that `chunk` completes, without its leading length. */
  *push(chunk: Buffer): Generator<Buffer> {
    for (let at = 0; at < chunk.length;) {
      if (!this.#frame) {
        this.#header[this.#headerBytes++] = chunk[at++]
        if (this.#headerBytes === HEADER) this.#begin()
        continue
      }
      const count = Math.min(this.#need - this.#have, chunk.length - at)
      this.#append(this.#frame, chunk.subarray(at, at + count))
      at += count
      if (this.#have < this.#need) return
      yield this.#end()
    }
  }

  #begin(): void {
    this.#headerBytes = 0
    this.#need = this.#header.readUInt32LE(0)
    if (this.#need < 4 || this.#need > this.#most) throw new ProtocolError(`a frame of ${this.#need} bytes`)
    this.#frame = Buffer.allocUnsafe(Math.min(this.#need, FIRST))
    this.#have = 0
  }

  #append(frame: Buffer, bytes: Buffer): void {
    const wanted = this.#have + bytes.length
    if (wanted > frame.length) {
      const larger = Buffer.allocUnsafe(Math.min(this.#need, Math.max(wanted, 2 * frame.length)))
      frame.copy(larger, 0, 0, this.#have)
      this.#frame = larger
    }
    bytes.copy(this.#frame as Buffer, this.#have)
    this.#have = wanted
  }

  #end(): Buffer {
    const frame = this.#frame as Buffer
    this.#frame = null
    return frame
  }
}
