import { readFile } from 'node:fs/promises'
import { UsageError } from '../errors.ts'
import { checkedName, sameFolder } from './roster.ts'
import { columnKey, ID_COLUMNS } from './roster-columns.ts'
import { type Row, tableRows } from './roster-table.ts'
import { rosterText } from './roster-text.ts'

/** One student of a roster. */
export interface Person {
  readonly name: string
  /** Members of a team hand in together: their work is in a folder of the team's name. */
  readonly team: string | null
  /** All other columns except those about a repository, by their names in lower case. */
  readonly more: Readonly<Record<string, string>>
}

export interface People {
  readonly people: readonly Person[]
  /** The names of `more`, in the order of the roster. */
  readonly columns: readonly string[]
}

/** What platforms call the parts of a name, in the order of the name. */
const PARTS = [
  ['first name', 'firstname', 'given name'],
  ['last name', 'lastname', 'surname', 'family name'],
] as const
const OURS = ['name', 'team', 'repository', 'branch']

/**
 * Reads a roster as a list of students: the column `name`, or one for the first name and one for the last, optionally
 * `team`, and any others. Throws a `UsageError` that lists every invalid row.
 */
export function readPeople(csv: string): People {
  const { rows, columns, delimiter } = tableRows(csv)
  const parts = PARTS.flatMap(names => columns.find(column => names.some(name => columnKey(column) === name)) ?? [])
  if (!columns.includes('name') && parts.length < PARTS.length)
    throw new UsageError(
      `The roster has no column "name": its first line must name the columns, but it is ${columns.join(delimiter)}.`,
    )
  const more = columns.filter(column => column !== '' && !OURS.includes(column))
  const problems: string[] = []
  const taken = new Map<string, number>()
  const people = rows.flatMap(({ record, line }): Person[] => {
    try {
      const name = checkedName(nameIn(record, parts).normalize('NFC'))
      const earlier = taken.get(sameFolder(name))
      if (earlier !== undefined)
        throw new Error(`name "${name}" is taken by line ${earlier}: tell them apart, as in "${name} (2)"`)
      taken.set(sameFolder(name), line)
      const team = (record.team ?? '').trim().normalize('NFC')
      const cells = more.map(column => [column, (record[column] ?? '').trim()] as const)
      requireWholeIds(cells)
      return [
        {
          name,
          team: team === '' ? null : checkedName(team),
          more: Object.fromEntries(cells),
        },
      ]
    } catch (error) {
      problems.push(`line ${line}: ${(error as Error).message}`)
      return []
    }
  })
  if (problems.length > 0) throw new UsageError(`The roster cannot be used:\n  ${problems.join('\n  ')}`)
  if (people.length === 0) throw new UsageError('The roster is empty: it needs a row for each student.')
  return { people, columns: more }
}

const nameIn = (record: Row['record'], parts: readonly string[]): string =>
  (record.name ?? parts.map(part => record[part]?.trim()).join(' ')).trim()

/** Spreadsheets show a long number as 1.23457E+11, and save that: its last digits are gone. Throws Error. */
function requireWholeIds(cells: readonly (readonly [column: string, cell: string])[]): void {
  const cut = cells.find(
    ([column, cell]) => ID_COLUMNS.includes(columnKey(column)) && /^\d([.,]\d+)?E\+\d+$/i.test(cell),
  )
  if (cut)
    throw new Error(
      `${cut[0]} "${cut[1]}" was shortened by a spreadsheet: format that column as text, and enter it again`,
    )
}

/** The folder that a student's work is in. */
export const folderOf = ({ name, team }: Person): string => team ?? name

/** The roster in a file. Throws `UsageError`. */
export async function readRosterFile(file: string): Promise<People> {
  const bytes = await readFile(file).catch(() => {
    throw new UsageError(`There is no file "${file}". Give the roster with --roster.`)
  })
  return readPeople(rosterText(bytes))
}
