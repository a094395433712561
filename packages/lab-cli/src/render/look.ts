import { styleText } from 'node:util'
import isUnicodeSupported from 'is-unicode-supported'
import wrapAnsi from 'wrap-ansi'

/** What the place where text goes allows. */
export interface Look {
  readonly columns: number
  readonly rows: number
  /** Signs that this terminal can show. Words always stand beside them. */
  readonly signs: Signs
  readonly paint: (style: Style, text: string) => string
}

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan'

interface Signs {
  readonly good: string
  readonly bad: string
  readonly open: string
  readonly full: string
  readonly empty: string
  readonly pointer: string
}

const UNICODE: Signs = { good: '✓', bad: '✗', open: '·', full: '█', empty: '░', pointer: '›' }
const ASCII: Signs = { good: 'v', bad: 'x', open: '.', full: '#', empty: '-', pointer: '>' }

interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/** Colours only on a terminal that has them and whose user did not refuse them (NO_COLOR), and 80 columns elsewhere. */
export function lookOf(stream: Output): Look {
  const isTerminal = stream.isTTY === true
  return {
    columns: isTerminal ? Math.max(40, Math.min(100, stream.columns ?? 80)) : 80,
    rows: isTerminal ? (stream.rows ?? 24) : Infinity,
    signs: isUnicodeSupported() ? UNICODE : ASCII,
    paint: (style, text) => styleText(style, text, { stream }),
  }
}

/** Text in lines of at most so many columns, each set in by so many; a line that is set in goes on below itself. */
export function wrapped(text: string, columns: number, indent = 0): string[] {
  return text.split('\n').flatMap(line => {
    const lead = ' '.repeat(indent + (/^ */.exec(line)?.[0].length ?? 0))
    const parts = wrapAnsi(line.trim(), Math.max(20, columns - lead.length), { hard: true }).split('\n')
    return parts.map(part => (part === '' ? '' : `${lead}${part}`))
  })
}

/** A bar with its numbers beside it, which take at least so many digits: `███░░ 3 of 5`. */
export function progressBar({ signs, paint }: Look, done: number, all: number, width: number, digits = 1): string {
  const full = all === 0 ? 0 : Math.round((done / all) * width)
  const bar = `${paint('green', signs.full.repeat(full))}${paint('dim', signs.empty.repeat(width - full))}`
  return `${bar} ${String(done).padStart(digits)} of ${String(all).padStart(digits)}`
}
