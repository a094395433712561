import { cut, widthOf, withoutTabs } from './text.ts'
import type { Finding } from '../explain/finding.ts'

/** Lines of a test that are shown: its inputs stand above the line that failed. */
const MOST_OF_TEST = 6

/**
 * The line of a place and the one before it, with their numbers, and a ^ below the column where there is one. Of a test
 * more is shown, from its beginning.
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

/** Where the caret stands, in columns of a terminal. When it is too far to the right, all lines lose their beginnings. */
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
  // Half of a sign that takes two columns.
  return ' '.repeat(Math.max(0, dropped - columns)) + signs.slice(i).join('')
}

function beginOfTest(lines: readonly string[], line: number): number {
  const first = Math.max(1, line - MOST_OF_TEST + 1)
  for (let at = line; at >= first; at--) if (/^\s*test\(/.test(lines[at - 1] ?? '')) return at
  return first
}
