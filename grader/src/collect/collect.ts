import { lstat, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { makeFolders } from '@backprop/files'
import { ArchiveRefused } from '../archive/entry.ts'
import { CLASS, unpack, Unpacking } from '../archive/unpack.ts'
import {
  COLLECTED,
  type Collected,
  type CollectedSubmission,
  readCollected,
  writeCollected,
} from '../class/collected.ts'
import { SCRATCH } from '../class/fetched.ts'
import { UsageError } from '../errors.ts'
import { COLLECTING, lock } from '../lock.ts'
import { Directory } from '../roster/directory.ts'
import { folderOf, type People } from '../roster/people.ts'
import type { Deadline } from '../term/deadline.ts'
import { assign, type Assigned } from './assign.ts'
import type { Delivery } from './delivery.ts'
import { gather } from './gather.ts'
import { readDownload } from './platforms.ts'

export interface CollectOptions {
  /** Archives as downloaded, or folders with their content: one for each section, for example. */
  readonly from: readonly string[]
  readonly roster: People
  readonly out: string
  /** What was handed in later is skipped. */
  readonly before: Deadline | null
  readonly now: () => Date
  readonly signal: AbortSignal
  readonly onDone?: (submission: CollectedSubmission) => void
}

/**
 * Turns downloads of a learning platform into a folder for each student of the roster, or for each team, and writes
 * `collect.json`. Resolves to what it says of this roster. Folders of an earlier run are replaced; students who handed in nothing get an empty one. Throws
 * `UsageError` if a download cannot be read, or a folder that another program made is in the way.
 */
export async function collect(options: CollectOptions): Promise<Collected> {
  const { out, now } = options
  await makeFolders(out)
  const unlock = await lock(out, COLLECTING, now)
  try {
    for (const name of await readdir(out))
      if (name.startsWith(SCRATCH)) await rm(join(out, name), { recursive: true, force: true })
    const scratch = await mkdtemp(join(out, SCRATCH))
    try {
      return await collectInto(scratch, options)
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
  } finally {
    unlock()
  }
}

async function collectInto(scratch: string, options: CollectOptions): Promise<Collected> {
  const { from, roster, out, before, now, signal, onDone } = options
  const directory = new Directory(roster)
  const downloads: OpenedDownload[] = []
  for (const [i, path] of from.entries())
    downloads.push(
      await openDownload(path, { folder: join(scratch, `download-${i}`), directory, isOne: from.length === 1 }),
    )
  const { assigned, unmatched } = assign(
    downloads.flatMap(({ deliveries }) => deliveries),
    directory,
    before,
  )
  const names = [...new Set(roster.people.map(folderOf))]
  const earlier = (await readCollected(out))?.submissions ?? []
  await refuseForeign(names, earlier, out)
  // Sections of a class may be collected one after the other.
  const others = earlier.filter(({ name }) => !names.includes(name))
  const submissions: CollectedSubmission[] = []
  const record = (): Collected => ({
    schema: 'backprop/collect/v1',
    collectedAt: now().toISOString(),
    platform: [...new Set(downloads.map(({ platform }) => platform))].join(' and '),
    before: before?.at.toISOString() ?? null,
    submissions: [...others, ...submissions],
    unmatched: [...unmatched, ...downloads.flatMap(({ leftOver }) => leftOver)],
  })
  for (const name of names) {
    signal.throwIfAborted()
    const submission = await settle(name, assigned.get(name), { out, scratch })
    submissions.push(submission)
    onDone?.(submission)
  }
  const collected = record()
  await writeCollected(out, collected)
  return { ...collected, submissions }
}

interface OpenedDownload {
  readonly platform: string
  /** Their parts are full paths. */
  readonly deliveries: readonly Delivery[]
  /** What is no part of any of them. */
  readonly leftOver: Collected['unmatched']
}

/** Reads one download; if there are several, the labels begin with its name. */
async function openDownload(
  from: string,
  {
    folder: into,
    directory,
    isOne,
  }: { readonly folder: string; readonly directory: Directory; readonly isOne: boolean },
): Promise<OpenedDownload> {
  const { folder, leftOut } = await opened(from, into)
  const { platform, root, download } = await readDownload(folder, who => 'people' in directory.find(who))
  const named = (label: string) => (isOne ? label : `${basename(from)}: ${label}`)
  const strays = download.strays.map(source => ({ source, why: 'it is not named as the others are' }))
  return {
    platform,
    deliveries: download.deliveries.map(delivery => ({
      ...delivery,
      label: named(delivery.label),
      parts: delivery.parts.map(part => ({ ...part, from: join(root, part.from) })),
    })),
    leftOver: [...strays, ...leftOut].map(({ source, why }) => ({ source: named(source), why })),
  }
}

/** The folder of a download, and what could not be unpacked of it. */
async function opened(from: string, folder: string): Promise<{ folder: string; leftOut: Collected['unmatched'] }> {
  const given = await stat(from).catch(() => null)
  if (!given) throw new UsageError(`There is no file or folder "${from}". Give the download with --from.`)
  if (given.isDirectory()) return { folder: from, leftOut: [] }
  await makeFolders(folder)
  const into = new Unpacking(CLASS)
  try {
    await unpack(from, folder, into)
  } catch (error) {
    if (!(error instanceof ArchiveRefused)) throw error
    throw new UsageError(`"${from}" cannot be unpacked: ${error.message}. Unpack it yourself, and give the folder.`)
  }
  if ((await readdir(folder)).length === 0) {
    const [first] = into.leftOut
    const why = into.leftOut.length > 0 ? `: ${first.path} ${first.why}` : ', because no file is in it'
    throw new UsageError(
      `Nothing in "${from}" could be taken${why}. Download it again, or unpack it and give the folder.`,
    )
  }
  return { folder, leftOut: into.leftOut.map(({ path, why }) => ({ source: path, why: `it ${why}` })) }
}

async function refuseForeign(
  names: readonly string[],
  earlier: readonly CollectedSubmission[],
  out: string,
): Promise<void> {
  const before = new Set(earlier.map(({ name }) => name))
  const inTheWay: string[] = []
  for (const name of names)
    if (!before.has(name) && (await lstat(join(out, name)).catch(() => null))) inTheWay.push(name)
  if (inTheWay.length > 0)
    throw new UsageError(
      `"${out}" holds folders that "grade collect" would replace but did not write: ${inTheWay.join(', ')}.\n` +
        `Give --out an empty folder, or one with the ${COLLECTED} of an earlier run.`,
    )
}

interface Places {
  readonly out: string
  readonly scratch: string
}

/** Puts the files of one student in place: the folder holds all old files or all new ones. */
async function settle(name: string, assigned: Assigned | undefined, places: Places): Promise<CollectedSubmission> {
  const work = await mkdtemp(join(places.scratch, 'student-'))
  const files = join(work, 'files')
  await mkdir(files)
  const { chosen = null, skipped = [], problem = null } = assigned ?? {}
  const gathered = chosen ? await gather(chosen.parts, files) : { leftOut: [], problems: [] }
  await rename(join(places.out, name), join(work, 'before')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  await rename(files, join(places.out, name))
  await rm(work, { recursive: true, force: true })
  const problems = [...(problem === null ? [] : [problem]), ...gathered.problems]
  return {
    name,
    status: problems.length > 0 ? 'problem' : chosen && chosen.parts.length > 0 ? 'taken' : 'nothing',
    source: chosen?.label ?? null,
    submittedAt: chosen?.at?.toISOString() ?? null,
    late: chosen?.late ?? null,
    skipped: [...skipped],
    leftOut: { count: gathered.leftOut.length, first: gathered.leftOut.slice(0, 20) },
    problem: problems.length > 0 ? problems.join('; ') : null,
  }
}
