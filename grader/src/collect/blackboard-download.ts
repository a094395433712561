import { join } from 'node:path'
import { readUnlinked } from '@backprop/files'
import { ID_COLUMNS } from '../roster/roster-columns.ts'
import { type Delivery, grouped, type ParsedName, parseNames, type Platform } from './delivery.ts'

/**
 * "Assignment file download" of Blackboard Learn's Grade Center: for each attempt `Lab 1_aobi_attempt_2026-11-30-23-59-00.txt`,
 * which says whose it is, and the files `Lab 1_aobi_attempt_2026-11-30-23-59-00_lab.zip`. Times are those of the server's clock.
 * The text begins with "Name: Ada Obi (aobi)", and ends with the original names of the files.
 */
export const blackboardDownload: Platform = {
  name: 'Blackboard',
  count: entries => entries.filter(({ name }) => NAME.test(name)).length,
  async read(folder, entries) {
    const { parsed, strays } = parseNames(entries, NAME)
    const attempts = grouped(parsed, ({ groups }) => `${groups.who}_${groups.time}`)
    return { deliveries: await Promise.all(attempts.map(names => attempt(folder, names))), strays }
  },
}

// The first time in a name is Blackboard's; a student may have put another into the name of a file.
const NAME = /^(?<who>.+?)_attempt_(?<time>\d{4}(?:-\d\d){5})(?:_(?<file>.+)|\.txt)$/

/** Only the first: what the student typed in comes below. */
const FIRST_LINE = /^\ufeff?Name:[^\S\n]*(?<name>.+?)[^\S\n]*\((?<user>[^()\n]+)\)[^\S\n]*(?:\n|$)/

async function attempt(folder: string, names: readonly ParsedName[]): Promise<Delivery> {
  const { who = '', time = '' } = names[0].groups
  const info = names.find(({ groups }) => groups.file === undefined)
  const text = info ? await textOf(join(folder, info.name)) : ''
  const { name, user } = FIRST_LINE.exec(text)?.groups ?? {}
  // Without the text, a user name that contains an underscore is cut short, and found in no roster.
  const value = user ?? who.slice(who.lastIndexOf('_') + 1)
  return {
    who: [{ ids: [{ value, columns: ID_COLUMNS }], name }],
    label: `${who}_attempt_${time}`,
    parts: names.flatMap(({ name: from, groups }) => (groups.file === undefined ? [] : [{ from, to: groups.file }])),
    time: { local: time.replace(/^(.{10})-(..)-(..)-(..)$/, '$1T$2:$3:$4') },
    late: null,
  }
}

const MAX_TEXT_BYTES = 1 << 20

const textOf = async (file: string): Promise<string> =>
  (await readUnlinked(file, MAX_TEXT_BYTES).catch(() => Buffer.alloc(0))).toString('utf8')
