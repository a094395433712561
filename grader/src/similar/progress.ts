import { safeLine } from '@backprop/safe-text'

/** Lines that a log gets for one thing that takes long. */
const LINES = 4

/** Shows on stderr how far something is: on a terminal as one line that changes, elsewhere now and then. */
export class Progress {
  readonly #stream: NodeJS.WriteStream
  readonly #isLive: boolean
  #last = ''

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    this.#isLive = stream.isTTY === true && !process.env.CI
  }

  show(what: string, done: number, all: number): void {
    const steps = this.#isLive ? 100 : LINES
    const step = Math.floor((done / all) * steps)
    const text = safeLine(`${what} ${done} of ${all}`)
    const isNew = step > Math.floor(((done - 1) / all) * steps)
    if (!isNew || text === this.#last) return
    this.#last = text
    if (this.#isLive) this.#stream.write(`\r\u001b[K${text}`)
    // A few dozen take no time worth a line.
    else if (all >= 100) this.#stream.write(`${text}\n`)
  }

  end(): void {
    if (this.#isLive) this.#stream.write('\r\u001b[K')
  }
}
