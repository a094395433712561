import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { UsageError } from '../errors.ts'
import { LOCK } from '../lock.ts'
import { COLLECTED } from './collected.ts'
import { FETCHED, SCRATCH } from './fetched.ts'
import { outboxNames } from './outbox-names.ts'

/** One sub-folder of the folder of submissions. */
export interface Student {
  /** The folder's name, shown in the class table and the report. */
  readonly name: string
  readonly folder: string
  /** Name of the folder that the report goes to: unique, and safe on every system. */
  readonly outbox: string
  /** Why it can't be graded, if that shows without opening it. */
  readonly problem: string | null
}

export interface StudentListing {
  readonly students: readonly Student[]
  /** Names of entries that are not submissions: files, and folders that tools make. */
  readonly skipped: readonly string[]
}

const OF_TOOLS = new Set(['.git', '.github', '.vscode', '.idea', 'node_modules', '__MACOSX', '$RECYCLE.BIN'])
const LINK = 'it is a link, not a folder: put the folder itself there'
const NOT_TEXT = 'its name is not UTF-8: rename the folder'

/** All students with a submission, by name. `reports` may be in the same folder, and is not a submission. */
export async function listStudents(submissions: string, reports: string): Promise<StudentListing> {
  const entries = await readdir(submissions, { withFileTypes: true, encoding: 'buffer' }).catch(() => {
    throw new UsageError(`There is no folder "${submissions}". Give the folder of submissions with --submissions.`)
  })
  const own = relative(submissions, reports).split(sep)[0]
  const isStudent = (entry: Dirent<Buffer>) =>
    (entry.isDirectory() || entry.isSymbolicLink()) && !isOfTools(nameOf(entry)) && nameOf(entry) !== own
  const found = entries.filter(isStudent)
  if (found.some(entry => nameOf(entry) === 'labs'))
    throw new UsageError(
      `"${submissions}" looks like one submission, not like a folder of them. ` +
        `For one: pnpm grade all --submission "${submissions}"`,
    )
  if (found.length === 0)
    throw new UsageError(`There is no submission in "${submissions}": it must hold one folder per student.`)
  const order = new Intl.Collator('en', { numeric: true })
  const names = found.map(nameOf)
  const outboxes = outboxNames(names)
  const students = found.map((entry, i) => ({
    name: names[i],
    folder: join(submissions, entry.name.toString('utf8')),
    outbox: outboxes.get(names[i]) ?? '',
    problem: entry.isSymbolicLink() ? LINK : isText(entry) ? null : NOT_TEXT,
  }))
  return {
    students: students.sort((a, b) => order.compare(a.name, b.name) || (a.name < b.name ? -1 : 1)),
    skipped: entries
      .filter(entry => !found.includes(entry))
      .map(nameOf)
      .filter(name => name !== FETCHED && name !== COLLECTED && name !== LOCK)
      .sort(),
  }
}

/** Whether it is the working folder of a fetch that runs or was killed. */
const isOfTools = (name: string) => OF_TOOLS.has(name) || name.startsWith(SCRATCH)

const isText = ({ name }: Dirent<Buffer>) => Buffer.from(name.toString('utf8'), 'utf8').equals(name)

/** Bytes that are not UTF-8 are spelled out, so that two such names stay distinct. */
const nameOf = (entry: Dirent<Buffer>): string =>
  isText(entry)
    ? entry.name.toString('utf8')
    : entry.name
        .toString('latin1')
        .replace(/[^\x20-\x7e]/g, byte => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)
