import { Writable } from 'node:stream'

/** A stream that is no terminal, and remembers what was written. */
export class WritableText extends Writable {
  text = ''

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}
