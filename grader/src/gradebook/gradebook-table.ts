import { csvCell } from '@backprop/safe-text'
import { parse } from 'csv-parse/sync'
import { UsageError } from '../errors.ts'
import { rosterText } from '../roster/roster-text.ts'

/** A table as a platform exports it. It goes back in the same form. */
export interface GradebookTable {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly delimiter: ',' | ';' | '\t'
  readonly isUtf16: boolean
}

/** Reads an export: CSV, or the tab-separated UTF-16 that Blackboard calls .xls. Throws `UsageError`. */
export function readGradebook(bytes: Uint8Array, file: string): GradebookTable {
  const text = rosterText(bytes)
  const [first = ''] = text.replace(/^\ufeff/, '').split(/\r\n?|\n/, 1)
  const delimiter = ([',', ';', '\t'] as const).reduce((best, each) =>
    first.split(each).length > first.split(best).length ? each : best,
  )
  try {
    const [header = [], ...rows] = parse(text, {
      delimiter,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
    })
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || bytes[1] === 0
    return { header: header.map(cell => cell.trim()), rows, delimiter, isUtf16 }
  } catch (error) {
    throw new UsageError(`"${file}" is not a table: ${(error as Error).message}.`)
  }
}

/** A table in the form of another. All text is quoted, and safe to open in a spreadsheet. */
export function writeGradebook(
  lines: readonly (readonly (string | number)[])[],
  { delimiter, isUtf16 }: Pick<GradebookTable, 'delimiter' | 'isUtf16'>,
): Buffer {
  const text = lines.map(line => `${line.map(csvCell).join(delimiter)}\r\n`).join('')
  return isUtf16 ? Buffer.from(`\ufeff${text}`, 'utf16le') : Buffer.from(text)
}
