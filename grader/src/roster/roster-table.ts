import { parse } from 'csv-parse/sync'
import { UsageError } from '../errors.ts'

/** One row of a table: its cells by the name of their column, and where it starts. */
export interface Row {
  readonly record: Readonly<Record<string, string | undefined>>
  readonly line: number
}

export interface Table {
  readonly rows: readonly Row[]
  /** In lower case. */
  readonly columns: readonly string[]
  readonly delimiter: string
}

/**
 * Reads a table with a header row. The header decides whether commas, semicolons or tabs separate the columns. Throws
 * `UsageError` if it is not CSV; `what` begins its sentence.
 */
export function tableRows(csv: string, what = 'The roster'): Table {
  let columns: string[] = []
  const { delimiter, from_line } = formOf(csv)
  const options = {
    delimiter,
    from_line,
    record_delimiter: LINE_ENDS,
    bom: true,
    trim: true,
    raw: true,
    skip_empty_lines: true,
    relax_column_count_less: true,
    info: true,
    columns: (header: string[]) => (columns = header.map(name => name.trim().toLowerCase())),
  } as const
  let rows: { record: Row['record']; raw: string; info: { lines: number } }[]
  try {
    // `info` and `raw` change the form of the records, which the types of `parse` do not cover.
    rows = parse(csv, options) as unknown as typeof rows
  } catch (error) {
    throw new UsageError(`${what} is not CSV: ${(error as Error).message}.`)
  }
  const twice = columns.find((name, i) => name !== '' && columns.indexOf(name) < i)
  if (twice !== undefined)
    throw new UsageError(
      `${what} has two columns called "${twice}", and it is unclear which counts: rename or remove one.`,
    )
  // `info` has the last line of a row, which may be several lines long.
  return {
    rows: rows.map(({ record, raw, info }) => ({
      record,
      line: info.lines - (raw.trim().match(LINE_END)?.length ?? 0),
    })),
    columns,
    delimiter,
  }
}

const LINE_ENDS = ['\r\n', '\n', '\r']
const LINE_END = /\r\n?|\n/g

/** What separates the columns: Excel says so in an extra first line, otherwise the header shows it. */
function formOf(csv: string): { readonly delimiter: string; readonly from_line: number } {
  const [first = ''] = csv.replace(/^\ufeff/, '').split(LINE_END, 1)
  const told = /^"?sep=(.)"?$/i.exec(first.trim())?.[1]
  if (told) return { delimiter: told, from_line: 2 }
  const count = (delimiter: string) => first.split(delimiter).length
  const delimiter = [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best))
  return { delimiter, from_line: 1 }
}
