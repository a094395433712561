import { emitKeypressEvents } from 'node:readline'
import type { ReadStream, WriteStream } from 'node:tty'
import { lookOf, type Look } from '../render/look.ts'

/** A key by its name, as Node calls it: `h`, `return`, `up`; control-C is `ctrl-c`. */
export type Key = string

/** The terminal of the person who types: the whole screen to write on, and single keys to read. */
export class Terminal {
  readonly #stdin: ReadStream
  readonly #stdout: WriteStream
  /** Nothing is written over: for screen readers, and for terminals that cannot move. */
  readonly appends: boolean
  #last = ''
  #onKey: (key: Key) => void = () => {}

  constructor(stdin: ReadStream, stdout: WriteStream, { appends }: { readonly appends: boolean }) {
    this.#stdin = stdin
    this.#stdout = stdout
    this.appends = appends
  }

  /** Keys go to `onKey`, and a screen of another size to `onResize`, until `close`. */
  open(onKey: (key: Key) => void, onResize: () => void): void {
    this.#onKey = onKey
    emitKeypressEvents(this.#stdin)
    this.#stdin.on('keypress', this.#press)
    this.#stdout.on('resize', onResize)
    this.#stdin.setRawMode(true)
    this.#stdin.resume()
  }

  close(): void {
    this.#stdin.setRawMode(false)
    this.#stdin.pause()
    this.#stdin.off('keypress', this.#press)
    this.#stdout.removeAllListeners('resize')
  }

  get look(): Look {
    const look = lookOf(this.#stdout)
    return this.appends ? { ...look, rows: Infinity } : look
  }

  /** Shows these lines and nothing else. */
  draw(lines: readonly string[]): void {
    const text = lines.join('\n')
    if (text === this.#last) return
    this.#last = text
    if (this.appends) this.#stdout.write(`${text}\n\n`)
    // Line by line over the old one: a screen that is emptied first flickers.
    else this.#stdout.write(`${HOME}${lines.map(line => `${line}${TO_END_OF_LINE}\n`).join('')}${TO_END_OF_SCREEN}`)
  }

  /** A line below what somebody else has written. */
  after(line: string): void {
    this.#stdout.write(`\n${line}\n`)
  }

  clear(): void {
    this.#last = ''
    if (!this.appends) this.#stdout.write(CLEAR)
  }

  readonly #press = (_: string | undefined, { name, ctrl, sequence }: Pressed = {}): void => {
    this.#onKey(ctrl && name ? `ctrl-${name}` : (name ?? sequence ?? ''))
  }
}

interface Pressed {
  readonly name?: string
  readonly ctrl?: boolean
  readonly sequence?: string
}

// ECMA-48; Node turns them into calls where a Windows console needs that.
const HOME = '\u001b[H'
const CLEAR = '\u001b[2J\u001b[3J\u001b[H'
const TO_END_OF_LINE = '\u001b[K'
const TO_END_OF_SCREEN = '\u001b[J'
