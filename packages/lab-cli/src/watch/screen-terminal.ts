import { emitKeypressEvents } from 'node:readline'
import type { ReadStream, WriteStream } from 'node:tty'
import { styleFor, type TerminalStyle } from '../render/terminal-text.ts'

/** Node's name for a key: `h`, `return`, `up`; control-C is `ctrl-c`. */
export type Key = string

/** A terminal with the whole screen to draw on and single keys to read. */
export class ScreenTerminal {
  readonly #stdin: ReadStream
  readonly #stdout: WriteStream
  /** Never overwrites: for screen readers, and for terminals that can't move the cursor. */
  readonly appends: boolean
  #last = ''
  #onKey: (key: Key) => void = () => {}

  constructor(stdin: ReadStream, stdout: WriteStream, { appends }: { readonly appends: boolean }) {
    this.#stdin = stdin
    this.#stdout = stdout
    this.appends = appends
  }

  /** Until `close`, calls `onKey` for each key, and `onResize` when the size changes. */
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

  get style(): TerminalStyle {
    const style = styleFor(this.#stdout)
    return this.appends ? { ...style, rows: Infinity } : style
  }

  /** Shows these lines and nothing else. */
  draw(lines: readonly string[]): void {
    const text = lines.join('\n')
    if (text === this.#last) return
    this.#last = text
    if (this.appends) this.#stdout.write(`${text}\n\n`)
    // Line by line over the old screen: clearing it first would flicker.
    else this.#stdout.write(`${HOME}${lines.map(line => `${line}${TO_END_OF_LINE}\n`).join('')}${TO_END_OF_SCREEN}`)
  }

  /** Prints a line below the output of another program. */
  printBelow(line: string): void {
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

// ECMA-48 escape sequences; on a Windows console, Node translates them.
const HOME = '\u001b[H'
const CLEAR = '\u001b[2J\u001b[3J\u001b[H'
const TO_END_OF_LINE = '\u001b[K'
const TO_END_OF_SCREEN = '\u001b[J'
