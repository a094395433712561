import { parse } from 'csv-parse/sync'
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
  /** What `owner/repo` is short for: https://github.com, or a server of one's own. */
  readonly server: string
  /** Take file: URLs as well. */
  readonly allowFile: boolean
}

const COLUMNS = ['name', 'repository'] as const
const MOST_NAME_BYTES = 100

/**
 * Reads a roster: CSV with a header row, columns `name`, `repository` and, if wanted, `branch`; others are left alone.
 * Throws UsageError that lists every row that is wrong.
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
  if (entries.length === 0) throw new UsageError('The roster names nobody: it needs a row for each student.')
  return entries
}

interface Row {
  readonly record: Readonly<Record<string, string | undefined>>
  readonly line: number
}

function rowsOf(csv: string): readonly Row[] {
  let columns: string[] = []
  const options = {
    bom: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count_less: true,
    info: true,
    columns: (header: string[]) => (columns = header.map(name => name.toLowerCase())),
  } as const
  let rows: { record: Row['record']; info: { lines: number } }[]
  try {
    // With `info` it gives records of this form, which its types do not say.
    rows = parse(csv, options) as unknown as typeof rows
  } catch (error) {
    throw new UsageError(`The roster is not CSV: ${(error as Error).message}.`)
  }
  for (const name of COLUMNS)
    if (!columns.includes(name))
      throw new UsageError(
        `The roster has no column "${name}": its first line must be name,repository or name,repository,branch.`,
      )
  return rows.map(({ record, info }) => ({ record, line: info.lines }))
}

function entryOf(record: Row['record'], { server, allowFile }: RosterRules): RosterEntry {
  const { name = '', repository = '', branch = '' } = record
  return {
    name: checkedName(name.normalize('NFC')),
    repository: checkedUrl(repository, server, allowFile),
    branch: branch === '' ? null : checkedBranch(branch),
  }
}

/** Names that Windows keeps for devices, whatever their extension. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i

function checkedName(name: string): string {
  const bad =
    name === ''
      ? 'is empty'
      : Buffer.byteLength(name) > MOST_NAME_BYTES
        ? `is longer than ${MOST_NAME_BYTES} bytes`
        : /[\\/:*?"<>|]/.test(name)
          ? 'holds one of \\ / : * ? " < > |'
          : /\p{C}/u.test(name)
            ? 'holds a character that cannot be seen'
            : /^[.-]|[. ]$/.test(name)
              ? 'starts with a dot or a dash, or ends with a dot'
              : DEVICES.test(name)
                ? 'means a device on Windows'
                : ''
  if (bad) throw new Error(`name ${JSON.stringify(name)} ${bad}, and it must serve as the name of a folder`)
  return name
}

/** Two names that some file system takes for one have the same key. */
const sameFolder = (name: string): string => name.normalize('NFKC').toLowerCase()

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

/** The rules of `git check-ref-format`, and nothing that could be taken for an option. */
function checkedBranch(branch: string): string {
  if (/^[-./]|[./]$|\.\.|\/[./]|@\{|[~^:?*[\\\s]|\p{C}|\.lock(\/|$)/u.test(branch))
    throw new Error(`branch ${JSON.stringify(branch)} cannot be the name of a branch`)
  return branch
}
