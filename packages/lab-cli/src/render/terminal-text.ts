import { styleText } from 'node:util'
import isUnicodeSupported from 'is-unicode-supported'
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/** What the output supports: its size, its characters, its colors. */
export interface TerminalStyle {
  readonly columns: number
  readonly rows: number
  /** Symbols that this terminal can show. There is always a word beside them. */
  readonly signs: Signs
  readonly paint: (color: Color, text: string) => string
}

type Color = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan'

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

/** Colors only on a terminal that has them, unless NO_COLOR is set; 80 columns if it isn't a terminal. */
export function styleFor(stream: Output): TerminalStyle {
  const isTerminal = stream.isTTY === true
  return {
    columns: isTerminal ? Math.max(40, Math.min(100, stream.columns ?? 80)) : 80,
    rows: isTerminal ? (stream.rows ?? 24) : Infinity,
    signs: isUnicodeSupported() ? UNICODE : ASCII,
    paint: (color, text) => styleText(color, text, { stream }),
  }
}

/** Wraps text to this many columns, each line indented; an indented line continues with the same indent. */
export function wrapped(text: string, columns: number, indent = 0): string[] {
  return text.split('\n').flatMap(line => {
    const lead = ' '.repeat(indent + (/^ */.exec(line)?.[0].length ?? 0))
    const lines = wrapAnsi(line.trim(), Math.max(20, columns - lead.length), { hard: true }).split('\n')
    return lines.map(each => (each === '' ? '' : `${lead}${each}`))
  })
}

/** Lines with a blank line above, or nothing. */
export const spaced = (lines: readonly string[]): readonly string[] => (lines.length > 0 ? ['', ...lines] : [])

/** A bar and its numbers, padded to at least `digits`: `███░░ 3 of 5`. */
export function progressBar(
  { signs, paint }: TerminalStyle,
  done: number,
  all: number,
  width: number,
  digits = 1,
): string {
  const full = all === 0 ? 0 : Math.round((done / all) * width)
  const bar = `${paint('green', signs.full.repeat(full))}${paint('dim', signs.empty.repeat(width - full))}`
  return `${bar} ${String(done).padStart(digits)} of ${String(all).padStart(digits)}`
}

const TAB_COLUMNS = 2

/** Tabs as spaces, so that the line is as wide as it is counted and overwrites everything below it. */
export function withoutTabs(line: string): string {
  if (!line.includes('\t')) return line
  return line
    .split('\t')
    .reduce((text, part) => `${text}${' '.repeat(TAB_COLUMNS - (stringWidth(text) % TAB_COLUMNS))}${part}`)
}

/** How many columns a text takes: East Asian characters and emoji take two, combining marks none. */
export const widthOf = (text: string): number => stringWidth(withoutTabs(text))

/** At most this many columns of a line, which may have colors; … replaces the rest. */
export function cut(line: string, columns: number): string {
  const text = withoutTabs(line)
  if (stringWidth(text) <= columns) return text
  const [first] = wrapAnsi(text, columns - 1, { hard: true, trim: false, wordWrap: false }).split('\n')
  return `${first}…`
}
