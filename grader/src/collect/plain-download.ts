import { isArchiveName, withoutArchiveEnding } from '../archive/unpack.ts'
import type { Identity } from '../roster/directory.ts'
import { ID_COLUMNS } from '../roster/roster-columns.ts'
import type { Platform } from './delivery.ts'

/** A folder or a file for each student, named after the student: by id, e-mail address, user name or name. */
export const plainDownload: Platform = {
  name: 'a folder or an archive for each student',
  count: entries => entries.length,
  // eslint-disable-next-line @typescript-eslint/require-await -- others read files
  async read(_, entries) {
    const named = entries.filter(({ name }) => !name.startsWith('.') && name !== '__MACOSX')
    return {
      deliveries: named.map(entry => ({
        who: [identityOf(stemOf(entry.name, entry.isDirectory()))],
        label: entry.name,
        parts: [{ from: entry.name, to: entry.isDirectory() ? '' : entry.name }],
        time: null,
        late: null,
      })),
      strays: [],
    }
  },
}

const stemOf = (name: string, isFolder: boolean): string =>
  isFolder ? name : isArchiveName(name) ? withoutArchiveEnding(name) : name.replace(/\.\w+$/, '')

/** Which of them it is shows in what the roster has: they must not contradict each other. */
const identityOf = (stem: string): Identity => ({
  ids: [{ value: stem, columns: ID_COLUMNS }],
  email: stem.includes('@') ? stem : undefined,
  name: stem,
})
