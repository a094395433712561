import { lstat, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readUnlinked, writeWhole } from '@backprop/files'
import { safeJson } from '@backprop/safe-text'
import { z } from 'zod'
import { UsageError } from '../errors.ts'

/** `fetch.json`: what "grade fetch" found. It is next to the folders of the students. */

const commit = z.string().regex(/^[0-9a-f]{40}$/)
const time = z.iso.datetime({ offset: true })

const Submission = z.strictObject({
  name: z.string(),
  repository: z.string(),
  branch: z.string().nullable(),
  status: z.enum(['changed', 'unchanged', 'empty', 'failed']).meta({
    description:
      'Of this run; "empty": nothing has been pushed, or nothing is proven to have been there before the time of ' +
      '--before. A failed one keeps what was fetched before.',
  }),
  before: commit.nullable().meta({ description: 'The commit that the previous run found.' }),
  commit: commit.nullable().meta({ description: 'The commit whose files are in the folder.' }),
  committedAt: time.nullable().meta({ description: 'The date in the commit, which its author chooses.' }),
  seenAt: time.nullable().meta({ description: 'When "grade fetch" first found this commit there.' }),
  pushedAt: time.nullable().optional().meta({ description: 'When GitHub says that this commit was pushed.' }),
  leftOut: z
    .strictObject({
      count: z.int().min(0),
      first: z.array(z.strictObject({ path: z.string(), why: z.string() })).max(20),
    })
    .meta({ description: 'Links, submodules, installed packages and large files of this commit.' }),
  seen: z
    .array(z.strictObject({ commit, at: time }))
    .optional()
    .meta({ description: 'The commits that "grade fetch" found there, each with the time at which it first did.' }),
  works: z
    .array(
      z.strictObject({
        lab: z.string(),
        treeHash: z.string().regex(/^[0-9a-f]{64}$/),
        at: time,
        evidence: z.enum(['pushed', 'seen']),
      }),
    )
    .optional()
    .meta({
      description:
        'The states of each lab that were in the folder, and when each was there first: a later commit that leaves a lab ' +
        'as it was does not make it late.',
    }),
  problem: z.string().nullable(),
})

export const Fetched = z
  .strictObject({
    schema: z.literal('backprop/fetch/v1'),
    fetchedAt: time,
    submissions: z.array(Submission),
  })
  .meta({ title: 'Backprop Labs: what was fetched' })

export type Fetched = z.infer<typeof Fetched>
export type FetchedSubmission = Fetched['submissions'][number]

/** The JSON Schema of `fetch.json` (draft 2020-12). */
export const fetchedJsonSchema = (): object => z.toJSONSchema(Fetched)

export const FETCHED = 'fetch.json'
/** Prefix of the folder in which `grade fetch` works, next to the folders of the students. */
export const SCRATCH = '.fetching-'

/**
 * Which commit the files of a fetched folder are from. It is among them, so that files and date change in one step: a
 * run that is killed between the files and the record never leaves late work under an early time.
 */
const Stamp = Submission.pick({
  repository: true,
  branch: true,
  committedAt: true,
  seenAt: true,
  pushedAt: true,
  leftOut: true,
}).extend({
  commit,
})
export type Stamp = z.infer<typeof Stamp>
const STAMP = ['.git', 'backprop-fetch.json']
const MAX_STAMP_BYTES = 1 << 20

/** Writes the stamp of a folder before it is moved into place; `folder` contains a repository. */
export const writeStamp = (folder: string, stamp: Stamp): Promise<void> =>
  writeFile(join(folder, ...STAMP), safeJson(stamp))

async function readStamp(folder: string): Promise<Stamp | null> {
  try {
    for (const path of [folder, join(folder, STAMP[0])]) if (!(await lstat(path)).isDirectory()) return null
    const bytes = await readUnlinked(join(folder, ...STAMP), MAX_STAMP_BYTES)
    return Stamp.parse(JSON.parse(bytes.toString('utf8')))
  } catch {
    return null
  }
}

/** Null if there is no record. A folder whose stamp is newer than the record wins. Throws UsageError if it is not ours. */
export async function readFetched(folder: string): Promise<Fetched | null> {
  const file = join(folder, FETCHED)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  const record = parseRecord(text, file)
  const submissions = await Promise.all(
    record.submissions.map(async one => stamped(one, await readStamp(join(folder, one.name)))),
  )
  return { ...record, submissions }
}

/** Adds a commit to those that were seen, unless it is the last of them. */
export function withSeen(
  seen: FetchedSubmission['seen'] = [],
  commit: string,
  at: string | null,
): NonNullable<FetchedSubmission['seen']> {
  return at === null || seen.at(-1)?.commit === commit ? seen : [...seen, { commit, at }]
}

/** Since when the files of a lab are known to have been there, if they are. */
export const workOf = (
  { works = [] }: Pick<FetchedSubmission, 'works'>,
  lab: string,
  treeHash: string | null,
): NonNullable<FetchedSubmission['works']>[number] | undefined =>
  works.find(work => work.lab === lab && work.treeHash === treeHash)

/** The records of a folder by the names of the submissions in it. */
export async function fetchedByName(folder: string): Promise<Map<string, FetchedSubmission>> {
  const fetched = await readFetched(folder)
  return new Map(fetched?.submissions.map(submission => [submission.name.normalize('NFC'), submission]))
}

function parseRecord(text: string, file: string): Fetched {
  try {
    return Fetched.parse(JSON.parse(text))
  } catch {
    throw new UsageError(`"${file}" was not written by "grade fetch". Move it away to start over.`)
  }
}

function stamped(record: FetchedSubmission, stamp: Stamp | null): FetchedSubmission {
  const isOfTheSame = stamp?.repository === record.repository && stamp.branch === record.branch
  if (!isOfTheSame || stamp.commit === record.commit) return record
  const seen = withSeen(record.seen, stamp.commit, stamp.seenAt)
  return { ...record, ...stamp, seen, status: 'changed', before: record.commit, problem: null }
}

export async function writeFetched(folder: string, fetched: Fetched): Promise<void> {
  await writeWhole(join(folder, FETCHED), safeJson(fetched))
}
