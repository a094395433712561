import type { Finding } from './finding.ts'

/** The line of a place and the one before it, with their numbers, and a ^ below the column where there is one. */
export function excerpt(source: string, place: NonNullable<Finding['place']>, columns: number): string[] {
  const lines = source.split(/\r?\n/)
  const margin = String(place.line).length
  const show = (line: number) =>
    line < 1 || line > lines.length ? [] : [cut(`${String(line).padStart(margin)} │ ${lines[line - 1]}`, columns)]
  const before = lines[place.line - 2]?.trim() ? show(place.line - 1) : []
  const mark = place.column === undefined ? [] : [`${' '.repeat(margin)} │ ${' '.repeat(place.column - 1)}^`]
  return [...before, ...show(place.line), ...mark.filter(line => line.length <= columns)]
}

const cut = (line: string, columns: number): string => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line)
