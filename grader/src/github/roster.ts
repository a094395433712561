import { parse } from 'csv-parse/sync'
import { firstUnseen } from '@backprop/safe-text'
import { UsageError } from '../errors.ts'

/** One student, or one group, and where their work is. */
export interface RosterEntry {
  /** Also the name of the folder that their work goes to. */
  readonly name: string
  /** An https: or file: URL without credentials. */
  readonly repository: string
  /** `null` is the repository's default branch. */
  readonly branch: string | null
}

export interface RosterRules {
  /** What `owner/repo` is short for: https://github.com, or your own server. */
  readonly server: string
  /** Take file: URLs as well. */
  readonly allowFile: boolean
}

const COLUMNS = ['name', 'repository'] as const
const MAX_NAME_BYTES = 100

/**
 * Reads a roster: a table with a header row and the columns `name`, `repository` and, optionally, `branch`; it ignores other
 * columns. The header decides whether commas, semicolons or tabs separate them. Throws a `UsageError` that lists every
 * invalid row.
 */
export function readRoster(csv: string, rules: RosterRules): readonly RosterEntry[] {
  const rows = rowsOf(csv)
  const problems: string[] = []
  const entries: RosterEntry[] = []
  const taken = new Map<string, number>()
  for (const { record, line } of rows) {
    try {
      const entry = entryOf(record, rules)
      const same = sameFolder(entry.name)
      const earlier = taken.get(same)
      if (earlier !== undefined) throw new Error(`name "${entry.name}" is taken by line ${earlier}`)
      taken.set(same, line)
      entries.push(entry)
    } catch (error) {
      problems.push(`line ${line}: ${(error as Error).message}`)
    }
  }
  if (problems.length > 0) throw new UsageError(`The roster cannot be used:\n  ${problems.join('\n  ')}`)
  if (entries.length === 0) throw new UsageError('The roster is empty: it needs a row for each student.')
  return entries
}

interface Row {
  readonly record: Readonly<Record<string, string | undefined>>
  readonly line: number
}

function rowsOf(csv: string): readonly Row[] {
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
    throw new UsageError(`The roster is not CSV: ${(error as Error).message}.`)
  }
  for (const name of COLUMNS)
    if (!columns.includes(name))
      throw new UsageError(
        `The roster has no column "${name}": its first line must be name,repository or name,repository,branch, ` +
          `but it is ${columns.join(delimiter)}.`,
      )
  // `info` has the last line of a row, which may be several lines long.
  return rows.map(({ record, raw, info }) => ({ record, line: info.lines - (raw.trim().match(LINE_END)?.length ?? 0) }))
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

function entryOf(record: Row['record'], { server, allowFile }: RosterRules): RosterEntry {
  const { name = '', repository = '', branch = '' } = record
  return {
    name: checkedName(name.trim().normalize('NFC')),
    repository: checkedUrl(repository.trim(), server, allowFile),
    branch: branch.trim() === '' ? null : checkedBranch(branch.trim()),
  }
}

/** Names that Windows reserves for devices, whatever their extension. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i

function checkedName(name: string): string {
  const fault = faultOf(name)
  if (fault) throw new Error(`name ${JSON.stringify(name)} ${fault}, and it must serve as the name of a folder`)
  return name
}

function faultOf(name: string): string | null {
  const unseen = firstUnseen(name)
  if (name === '') return 'is empty'
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `is longer than ${MAX_NAME_BYTES} bytes`
  if (/[\\/:*?"<>|]/.test(name)) return 'holds one of \\ / : * ? " < > |'
  if (/[\r\n]/.test(name)) return 'spans two lines'
  if (unseen !== null) return `holds a character that cannot be seen there, ${unseen}`
  if (name.includes('\ufffd')) return 'was damaged when the roster was saved in another encoding'
  if (/^[.-]|[. ]$/.test(name)) return 'starts with a dot or a dash, or ends with a dot'
  if (DEVICES.test(name)) return 'means a device on Windows'
  return null
}

/** Two names that are the same to some file system have the same key. */
const sameFolder = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()

const SHORT = /^[\w.-]+\/[\w.-]+$/

function checkedUrl(repository: string, server: string, allowFile: boolean): string {
  const text = SHORT.test(repository) ? `${server}/${repository}` : repository
  if (!URL.canParse(text)) throw new Error(`repository "${repository}" is neither owner/repo nor an https: address`)
  const url = new URL(text)
  if (url.username || url.password || url.search || url.hash)
    throw new Error('repository holds more than an address: a token belongs in the environment variable GITHUB_TOKEN')
  if (url.protocol === 'https:' || (url.protocol === 'file:' && allowFile)) return url.href.replace(/\/$/, '')
  throw new Error(
    `repository "${repository}" is not fetched over ${url.protocol.slice(0, -1)}: give its https: address`,
  )
}

/** Applies the rules of `git check-ref-format`, and refuses names that look like an option. */
function checkedBranch(branch: string): string {
  if (/^[-./]|[./]$|\.\.|\/[./]|@\{|[~^:?*[\\\s]|\.lock(\/|$)/.test(branch) || firstUnseen(branch) !== null)
    throw new Error(`branch ${JSON.stringify(branch)} cannot be the name of a branch`)
  return branch
}
