import type { Finding } from './finding.ts'

/** Lines of a test that are shown: its inputs stand above the line that failed. */
const MOST_OF_TEST = 6

/**
 * The line of a place and the one before it, with their numbers, and a ^ below the column where there is one. Of a test
 * more is shown, from its beginning.
 */
export function excerpt(source: string, place: NonNullable<Finding['place']>, columns: number): string[] {
  const lines = source.split(/\r?\n/)
  const margin = String(place.line).length
  const show = (line: number) =>
    line < 1 || line > lines.length ? [] : [cut(`${String(line).padStart(margin)} │ ${lines[line - 1]}`, columns)]
  const from = place.file.startsWith('test/') ? beginOfTest(lines, place.line) : place.line - 1
  const above = Array.from({ length: place.line - from }, (_, i) => from + i)
  const before = above.filter(line => lines[line - 1]?.trim()).flatMap(show)
  const mark = place.column === undefined ? [] : [`${' '.repeat(margin)} │ ${' '.repeat(place.column - 1)}^`]
  return [...before, ...show(place.line), ...mark.filter(line => line.length <= columns)]
}

const cut = (line: string, columns: number): string => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line)

function beginOfTest(lines: readonly string[], line: number): number {
  const first = Math.max(1, line - MOST_OF_TEST + 1)
  for (let at = line; at >= first; at--) if (/^\s*test\(/.test(lines[at - 1] ?? '')) return at
  return first
}
