import { firstUnseen } from '@backprop/safe-text'
import { UsageError } from '../errors.ts'
import { type Row, tableRows } from './roster-table.ts'

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

const MAX_NAME_BYTES = 100

/**
 * Reads a roster: a table with a header row and the columns `name`, `repository` and, optionally, `branch`; it ignores other
 * columns. The header decides whether commas, semicolons or tabs separate them. Throws a `UsageError` that lists every
 * invalid row.
 */
export function readRoster(csv: string, rules: RosterRules): readonly RosterEntry[] {
  const { rows, columns, delimiter } = tableRows(csv)
  for (const name of ['name', 'repository'])
    if (!columns.includes(name))
      throw new UsageError(
        `The roster has no column "${name}": its first line must be name,repository or name,repository,branch, ` +
          `but it is ${columns.join(delimiter)}.`,
      )
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

/** The name of a student or a team, if it can be the name of a folder. Throws Error with a clause that says why not. */
export function checkedName(name: string): string {
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
export const sameFolder = (name: string): string =>
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
