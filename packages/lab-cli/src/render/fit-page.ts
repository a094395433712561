import { cut, type TerminalStyle } from './terminal-text.ts'

/** The parts of a screen. */
export interface Page {
  readonly head: readonly string[]
  readonly body: readonly string[]
  readonly foot: readonly string[]
  /** How many lines of the body have been scrolled away. */
  readonly scroll: number
  /** Index of a body line that must be visible. */
  readonly keep?: number
}

/**
 * Fits a page on the terminal. If there is too little room, blank lines go first, from the last one up; then the body
 * becomes a window that can be scrolled.
 */
export function fitted({ head, body, foot, scroll, keep }: Page, { rows, columns, paint }: TerminalStyle): string[] {
  // Each line ends with a line feed, so the last row is empty.
  const room = rows - 1
  const lines = withoutBlanks([...head, '', ...body, '', ...foot], room)
  if (lines.length <= room) return lines.map(line => cut(line, columns))
  const tight = withoutBlanks(body, 0)
  const seen = Math.max(1, room - head.length - foot.length - 1)
  const kept = keep === undefined ? undefined : withoutBlanks(body.slice(0, keep), 0).length
  const from = Math.max(0, Math.min(kept === undefined ? scroll : kept - Math.floor(seen / 2), tight.length - seen))
  const below = tight.length - from - seen
  const more = below > 0 ? `${below} more ${below === 1 ? 'line' : 'lines'}: arrow down` : 'the end: arrow up goes back'
  return [...head, ...tight.slice(from, from + seen), paint('dim', `… ${more}`), ...foot].map(line =>
    cut(line, columns),
  )
}

/** Removes as many blank lines as needed to fit the rest. */
function withoutBlanks(lines: readonly string[], room: number): string[] {
  const kept = [...lines]
  for (let i = kept.length - 1; i >= 0 && kept.length > room; i--) if (kept[i] === '') kept.splice(i, 1)
  return kept
}
