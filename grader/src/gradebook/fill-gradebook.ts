import { UsageError } from '../errors.ts'
import type { Directory } from '../roster/directory.ts'
import type { Person } from '../roster/people.ts'
import type { Cells, GradebookFormat } from './gradebook-formats.ts'
import type { GradebookTable } from './gradebook-table.ts'

/** The points of a student for one lab; null without a score. */
export type PointsOf = (person: Person) => number | null

export interface FillOptions {
  readonly format: GradebookFormat
  readonly table: GradebookTable
  readonly directory: Directory
  readonly people: readonly Person[]
  readonly pointsOf: PointsOf
  readonly lab: { readonly title: string; readonly id: string; readonly maxPoints: number }
  /** The name of the platform's column; by default, that of the lab. */
  readonly column?: string
  /** Convert to the maximum of the platform, if that is another. */
  readonly scale: boolean
}

export interface FilledGradebook {
  /** The header, and the rows of those who get a grade. */
  readonly lines: readonly (readonly (string | number)[])[]
  readonly graded: readonly { readonly person: Person; readonly cells: Cells }[]
  /** Rows of the platform, and students of the roster, that get no grade. */
  readonly left: readonly { readonly who: string; readonly why: string }[]
}

/** Puts the grades of a lab into a platform's own table. Throws `UsageError` if the table is another, or its maximum differs. */
export function fillGradebook(options: FillOptions): FilledGradebook {
  const { format, table, people, pointsOf, lab } = options
  const { header } = table
  const lower = header.map(cell => cell.toLowerCase())
  const missing = format.required.filter(name => !lower.includes(name.toLowerCase()))
  if (missing.length > 0)
    throw new UsageError(
      `The table has no column ${missing.map(name => `"${name}"`).join(' and ')}: give the one of ${format.about}.`,
    )
  const rows = table.rows.map((row): { row: readonly string[]; cells: Cells } => ({
    row,
    cells: column => row[lower.indexOf(column)]?.trim() ?? '',
  }))
  const { name, factor } = gradeColumn(
    options,
    rows.map(({ cells }) => cells),
  )
  const { found, left, inSeveral } = matchRows(rows, options)
  const also = format.also?.(lab.maxPoints) ?? {}
  const kept = format.kept.filter(column => lower.includes(column.toLowerCase()))
  const columns = [...kept, ...[name, ...Object.keys(also)].filter(column => !kept.includes(column))]
  const lineOf = (cells: Cells, own: Readonly<Record<string, string | number>>) =>
    columns.map(column => own[column] ?? cells(column.toLowerCase()))
  const lines: (string | number)[][] = [columns]
  const graded: { person: Person; cells: Cells }[] = []
  for (const { cells, person } of found) {
    if (person === null) {
      if (format.hasPoints?.(cells)) lines.push(lineOf(cells, { [name]: cells(name.toLowerCase()) || lab.maxPoints }))
      continue
    }
    const points = pointsOf(person)
    const why = points === null ? 'has no score' : (format.refusal?.(cells, name) ?? null)
    if (points === null || why !== null) left.push({ who: person.name, why: why ?? '' })
    else {
      lines.push(lineOf(cells, { ...also, [name]: rounded(points * factor) }))
      graded.push({ person, cells })
    }
  }
  const seen = new Set([...found.map(({ person }) => person), ...inSeveral])
  const unseen = people.filter(person => !seen.has(person) && pointsOf(person) !== null)
  left.push(...unseen.map(person => ({ who: person.name, why: 'is in no row of the table' })))
  return { lines, graded, left }
}

const rounded = (points: number): number => Math.round(points * 100) / 100

function gradeColumn({ format, table, lab, column, scale }: FillOptions, rows: readonly Cells[]) {
  const found = format.column(table.header, column === undefined ? [lab.title, lab.id] : [column], rows)
  if (!found)
    throw new UsageError(
      `The table has no column "${column ?? lab.title}": name one of its columns with --column. It has: ${table.header.join(', ')}.`,
    )
  const { name, maxPoints } = found
  if (maxPoints === null || maxPoints === lab.maxPoints) return { name, factor: 1 }
  if (!scale)
    throw new UsageError(
      `The column "${name}" has ${maxPoints} points, and ${lab.id} has ${lab.maxPoints}: change it there, or convert with --scale.`,
    )
  return { name, factor: maxPoints / lab.maxPoints }
}

type Matched<Row> = Row & { readonly person: Person | null }

/** The student of each row; null for rows about no student. A student in two rows is in neither. */
function matchRows<Row extends { readonly cells: Cells }>(
  rows: readonly Row[],
  { format, directory }: FillOptions,
): { found: Matched<Row>[]; left: { who: string; why: string }[]; inSeveral: ReadonlySet<Person> } {
  const [found, left]: [Matched<Row>[], { who: string; why: string }[]] = [[], []]
  for (const row of rows) {
    const identity = format.identity(row.cells)
    if (identity === null) {
      found.push({ ...row, person: null })
      continue
    }
    const match = directory.find(identity)
    const who = identity.name ?? identity.email ?? identity.ids?.[0]?.value ?? 'a row'
    if ('why' in match) left.push({ who, why: match.why })
    else if (match.people.length > 1) left.push({ who, why: 'is the name of a team' })
    else found.push({ ...row, person: match.people[0] })
  }
  const people = found.flatMap(({ person }) => person ?? [])
  const inSeveral = new Set(people.filter((person, i) => people.indexOf(person) < i))
  for (const { name } of inSeveral) left.push({ who: name, why: 'is in several rows of the table' })
  return { found: found.filter(({ person }) => person === null || !inSeveral.has(person)), left, inSeveral }
}
