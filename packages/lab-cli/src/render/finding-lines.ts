import { relative } from 'node:path'
import type { Finding } from '../findings/finding.ts'
import type { ChangedFile } from '../lab/changed-files.ts'
import { comparisonLines } from './comparison.ts'
import { cut, type TerminalStyle, widthOf, withoutTabs, wrapped } from './terminal-text.ts'

export interface FindingContext {
  /** Folder of the lab. */
  readonly dir: string
  /** The terminal's folder: paths are printed relative to it. */
  readonly cwd: string
  /** The text of the file that the finding points into. */
  readonly source?: string
}

/** A finding as lines for a terminal. Color alone never carries meaning. */
export function findingLines(finding: Finding, style: TerminalStyle, { dir, cwd, source }: FindingContext): string[] {
  const { title, place, facts, comparison, advice } = finding
  const { columns, paint } = style
  const blocks = [
    [...wrapped(paint('bold', title), columns), ...facts.flatMap(fact => wrapped(fact, columns, 2))],
    advice.flatMap(text => wrapped(paint('yellow', text), columns, 2)),
    comparison ? comparisonLines(comparison).map(line => cut(`  ${line}`, columns)) : [],
    place ? placeLines(place, style, dir, cwd, source) : [],
  ]
  return blocks.filter(block => block.length > 0).flatMap((block, i) => (i === 0 ? block : ['', ...block]))
}

function placeLines(
  place: NonNullable<Finding['place']>,
  { columns, paint }: TerminalStyle,
  dir: string,
  cwd: string,
  source: string | undefined,
): string[] {
  const column = place.column === undefined ? '' : `:${place.column}`
  const shown = `  ${shownPath(cwd, dir, place.file)}:${place.line}${column}`
  const lines = source === undefined ? [] : excerpt(source, place, columns - 2)
  return [paint('cyan', shown), ...lines.map(line => `  ${line}`)]
}

/** A warning about course files that aren't as they were handed out. */
export function changedLines(changed: readonly ChangedFile[], { columns, paint, signs }: TerminalStyle): string[] {
  if (changed.length === 0) return []
  const names = changed.map(({ file, how }) => (how === 'missing' ? `${file} (missing)` : file))
  const [{ fix }] = changed
  const few = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
  const text = `${signs.bad} Not as handed out: ${few}. Your submission is graded with the course's own files. "${fix}" brings ${names.length === 1 ? 'it' : 'them'} back.`
  return wrapped(paint('yellow', text), columns)
}

/** The path of a lab's file, relative to the terminal's folder. */
export const shownPath = (cwd: string, dir: string, file: string): string =>
  `${relative(cwd, dir).replaceAll('\\', '/') || '.'}/${file}`

/** How many lines of a test to show: its inputs are above the line that failed. */
const MAX_TEST_LINES = 6

/**
 * The line of a place and the line before it, with their numbers, and a ^ below the column if there is one. In a test, the
 * lines from the start of the test.
 */
export function excerpt(source: string, place: NonNullable<Finding['place']>, columns: number): string[] {
  const lines = source.split(/\r?\n/)
  const margin = String(place.line).length
  const room = columns - margin - 3
  const at = caretOf(lines[place.line - 1] ?? '', place.column, room)
  const row = (line: number) => `${String(line).padStart(margin)} │ ${cut(at.shift(lines[line - 1]), room)}`
  const from = place.file.startsWith('test/') ? beginOfTest(lines, place.line) : place.line - 1
  const above = Array.from({ length: place.line - from }, (_, i) => from + i)
  const shown = [...above.filter(line => lines[line - 1]?.trim()), place.line].filter(line => line >= 1 && line <= lines.length) // prettier-ignore
  return [...shown.map(row), ...(at.caret === undefined ? [] : [`${' '.repeat(margin)} │ ${' '.repeat(at.caret)}^`])]
}

/** Where the caret goes, in terminal columns. If that is too far to the right, all lines lose their beginnings. */
function caretOf(line: string, column: number | undefined, room: number) {
  if (column === undefined) return { caret: undefined, shift: withoutTabs }
  const caret = widthOf(line.slice(0, column - 1))
  if (caret < room - 1) return { caret, shift: withoutTabs }
  const lost = caret - Math.floor(room / 2)
  return { caret: caret - lost + 1, shift: (text: string) => `…${dropColumns(withoutTabs(text), lost)}` }
}

/** Without its first columns. */
function dropColumns(text: string, columns: number): string {
  const signs = Array.from(text)
  let [dropped, i] = [0, 0]
  while (dropped < columns && i < signs.length) dropped += widthOf(signs[i++])
  // Half of a character that takes two columns.
  return ' '.repeat(Math.max(0, dropped - columns)) + signs.slice(i).join('')
}

function beginOfTest(lines: readonly string[], line: number): number {
  const first = Math.max(1, line - MAX_TEST_LINES + 1)
  for (let at = line; at >= first; at--) if (/^\s*test\(/.test(lines[at - 1] ?? '')) return at
  return first
}
