import { ProtocolError } from './wire.ts'

/** Cuts a stream of bytes into frames. A length is judged before a single byte of its frame is kept. */
export class FrameReader {
  readonly #most: number
  #chunks: Buffer[] = []
  #have = 0
  #need = -1

  constructor(most: number) {
    this.#most = most
  }

  /** Yields each frame that `chunk` completes, without its leading length. */
  *push(chunk: Buffer): Generator<Buffer> {
    this.#chunks.push(chunk)
    this.#have += chunk.length
    for (;;) {
      if (this.#need < 0) {
        if (this.#have < 4) return
        this.#need = this.#take(4).readUInt32LE(0)
        if (this.#need < 4 || this.#need > this.#most) throw new ProtocolError(`a frame of ${this.#need} bytes`)
      }
      if (this.#have < this.#need) return
      const frame = this.#take(this.#need)
      this.#need = -1
      yield frame
    }
  }

  #take(count: number): Buffer {
    const all = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks)
    this.#chunks = all.length > count ? [all.subarray(count)] : []
    this.#have -= count
    return all.subarray(0, count)
  }
}
