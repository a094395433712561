import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { makeFolders } from '@backprop/files'
import {
  FETCHED,
  type Fetched,
  type FetchedSubmission,
  readFetched,
  SCRATCH,
  type Stamp,
  withSeen,
  writeFetched,
} from '../class/fetched.ts'
import { UsageError } from '../errors.ts'
import { FETCHING, lock } from '../lock.ts'
import type { RosterEntry } from '../roster/roster.ts'
import { commitBefore, type Proven, pushedAt } from './commit-before.ts'
import { demandGit, GitFailed } from './git.ts'
import { gitEnvironment, type GitSettings } from './git-environment.ts'
import { withWorks } from './lab-works.ts'
import type { PushesOf } from './pushes.ts'
import { discard, headOf, LIMITS, type Limits, type Snapshot, type SnapshotOptions, takeSnapshot } from './snapshot.ts'

export interface FetchOptions extends Omit<GitSettings, 'home'> {
  readonly roster: readonly RosterEntry[]
  readonly out: string
  readonly jobs: number
  readonly limits?: Limits
  readonly now: () => Date
  readonly signal: AbortSignal
  readonly onDone?: (submission: FetchedSubmission) => void
  /** Take what was there at this time, not the newest. */
  readonly before?: Date | null
  /** Remembers since when the files of each of these are there. */
  readonly labs?: readonly Lab[]
  /** Says when commits were pushed. Without it, only what earlier fetches saw is known. */
  readonly pushesOf?: PushesOf
}

/**
 * Brings the folder of every entry up to date, and `fetch.json` with it. If a repository fails, its earlier files stay, and
 * the others are still fetched. Files from an address or a branch that the roster no longer names are removed. Throws a
 * `UsageError` if a folder that was not fetched is in the way, or if another run is using `out`.
 */
export async function fetchAll(options: FetchOptions): Promise<Fetched> {
  const { out, signal } = options
  await demandGit(gitEnvironment({ ...options, home: out }), signal)
  await makeFolders(out)
  const unlock = await lock(out, FETCHING, options.now)
  try {
    // A run that was killed leaves its scratch folder behind.
    for (const name of await readdir(out)) if (name.startsWith(SCRATCH)) await discard(join(out, name))
    return await fetchLocked(options)
  } finally {
    unlock()
  }
}

async function fetchLocked(options: FetchOptions): Promise<Fetched> {
  const {
    roster,
    out,
    jobs,
    limits = LIMITS,
    now,
    signal,
    onDone,
    before: deadline = null,
    pushesOf,
    labs = [],
  } = options
  const before = new Map((await readFetched(out))?.submissions.map(submission => [submission.name, submission]))
  await refuseForeign(roster, out, before)
  const found = roster.map(entry => startingPoint(entry, before.get(entry.name)))
  const record = new Record(out, () => ({
    schema: 'backprop/fetch/v1',
    fetchedAt: now().toISOString(),
    submissions: found,
  }))
  // The record must name every folder before it appears.
  await record.write()
  for (const entry of roster)
    if (isElsewhere(entry, before.get(entry.name))) await rm(join(out, entry.name), { recursive: true, force: true })
  const scratch = await mkdtemp(join(out, SCRATCH))
  try {
    const home = await mkdtemp(join(scratch, 'home-'))
    const snapshot = { env: gitEnvironment({ ...options, home }), limits, signal, scratch }
    await inTurn(roster.length, jobs, async i => {
      const fetched = await fetchOne(found[i], { ...snapshot, out, now, before: deadline, pushesOf })
      found[i] = await withWorks(fetched, join(out, fetched.name), labs)
      await record.write()
      onDone?.(found[i])
    })
    return await record.write()
  } finally {
    await discard(scratch)
  }
}

/** Whether the roster now names a different source than the one that the folder's files come from. */
const isElsewhere = ({ repository, branch }: RosterEntry, earlier?: FetchedSubmission): boolean =>
  earlier !== undefined && (earlier.repository !== repository || earlier.branch !== branch)

/** Fetched folders of people who are no longer in the roster. */
export async function leftBehind(out: string, roster: readonly RosterEntry[]): Promise<readonly string[]> {
  const names = new Set(roster.map(({ name }) => name))
  const entries = await readdir(out, { withFileTypes: true })
  return entries
    .filter(entry => entry.isDirectory() && !entry.name.startsWith('.') && !names.has(entry.name.normalize('NFC')))
    .map(({ name }) => name)
}

async function refuseForeign(
  roster: readonly RosterEntry[],
  out: string,
  before: ReadonlyMap<string, FetchedSubmission>,
): Promise<void> {
  const inTheWay: string[] = []
  for (const { name } of roster)
    if (!before.has(name) && (await lstat(join(out, name)).catch(() => null))) inTheWay.push(name)
  if (inTheWay.length > 0)
    throw new UsageError(
      `"${out}" holds folders that "grade fetch" would replace but did not write: ${inTheWay.join(', ')}.\n` +
        `Give --out an empty folder, or one with the ${FETCHED} of an earlier run.`,
    )
}

/** What the record says until the entry is fetched. */
function startingPoint(entry: RosterEntry, earlier?: FetchedSubmission): FetchedSubmission {
  const { name, repository, branch } = entry
  const past = isElsewhere(entry, earlier) ? NOTHING : (earlier ?? NOTHING)
  const { commit, committedAt, seenAt, pushedAt, leftOut, seen, works } = past
  const problem = 'the run was stopped before this one was done'
  const known = {
    committedAt,
    seenAt,
    pushedAt,
    leftOut,
    works,
    seen: seen ?? (commit ? withSeen([], commit, seenAt) : []),
  }
  return { name, repository, branch, status: 'failed', before: commit, commit, ...known, problem }
}

const NOTHING: Pick<
  FetchedSubmission,
  'commit' | 'committedAt' | 'seenAt' | 'pushedAt' | 'leftOut' | 'seen' | 'works'
> = {
  commit: null,
  committedAt: null,
  seenAt: null,
  leftOut: { count: 0, first: [] },
}

type Call = SnapshotOptions & Pick<FetchOptions, 'out' | 'now' | 'before' | 'pushesOf'>

async function fetchOne(found: FetchedSubmission, call: Call): Promise<FetchedSubmission> {
  const { out, now, before, pushesOf, ...options } = call
  let start = found
  const folder = join(out, start.name)
  try {
    const head = await headOf(start, options)
    const seenAt = now().toISOString()
    if (head === null) return await nothingPushed(start, folder)
    start = { ...start, seen: withSeen(start.seen, head, seenAt) }
    const isKnown = head === start.commit && start.pushedAt
    const pushes = pushesOf && !(isKnown && !before) ? await pushesOf(start) : []
    const known = typeof pushes === 'string' ? [] : pushes
    const wanted = before ? commitBefore(start, known, before) : { commit: head, pushedAt: pushedAt(head, known) }
    if (before && !wanted) return await nothingBefore(start, folder, before, pushes)
    if (!wanted) return await nothingPushed(start, folder)
    const { commit } = wanted
    if (commit === start.commit && (await isFolder(folder))) return { ...unchanged(start, wanted), problem: null }
    const stamp = await takeSnapshot({ ...start, commit: before ? commit : null }, folder, options, snapshot => ({
      ...stampOf(start, snapshot, seenAt),
      // The branch may have moved since its head was read.
      pushedAt: snapshot.commit === commit ? wanted.pushedAt : pushedAt(snapshot.commit, known),
    }))
    const status = stamp.commit === start.commit ? 'unchanged' : 'changed'
    const seen = before ? start.seen : withSeen(start.seen, stamp.commit, stamp.seenAt)
    return { ...start, ...stamp, seen, status, problem: null }
  } catch (error) {
    options.signal.throwIfAborted()
    if (error instanceof GitFailed) return { ...start, status: 'failed', problem: error.message }
    return { ...start, status: 'failed', problem: `its folder cannot be written: ${(error as Error).message}` }
  }
}

const unchanged = (start: FetchedSubmission, { pushedAt }: Pick<Proven, 'pushedAt'>): FetchedSubmission => ({
  ...start,
  status: 'unchanged',
  pushedAt: pushedAt ?? start.pushedAt,
})

function stampOf(start: FetchedSubmission, { commit, committedAt, leftOut }: Snapshot, now: string): Stamp {
  const { repository, branch, seen = [] } = start
  const first = seen.find(each => each.commit === commit)?.at ?? now
  return {
    repository,
    branch,
    commit,
    committedAt,
    seenAt: commit === start.commit ? start.seenAt : first,
    leftOut: { count: leftOut.length, first: leftOut.slice(0, 20) },
  }
}

/** Late work must not stay where work in time is looked for, so the folder is emptied. */
async function nothingBefore(
  start: FetchedSubmission,
  folder: string,
  before: Date,
  pushes: readonly unknown[] | string,
): Promise<FetchedSubmission> {
  await rm(folder, { recursive: true, force: true })
  await makeFolders(folder)
  const why = typeof pushes === 'string' ? `; GitHub does not say when it was pushed: ${pushes}` : ''
  const problem = `nothing proves that a commit was there before ${before.toISOString()}${why}`
  const none = { commit: null, committedAt: null, seenAt: null, pushedAt: null, leftOut: NOTHING.leftOut }
  return { ...start, ...none, status: 'empty', problem }
}

/** An empty folder becomes a row in the class table, so that no student is forgotten. */
async function nothingPushed(start: FetchedSubmission, folder: string): Promise<FetchedSubmission> {
  if (start.commit !== null) throw new GitFailed('it had commits earlier, and now it has none')
  await makeFolders(folder)
  return { ...start, status: 'empty', problem: null }
}

const isFolder = async (path: string): Promise<boolean> => (await lstat(path).catch(() => null))?.isDirectory() === true

/** Writes one at a time, in the order of the calls. */
class Record {
  readonly #out: string
  readonly #state: () => Fetched
  #last: Promise<unknown> = Promise.resolve()

  constructor(out: string, state: () => Fetched) {
    this.#out = out
    this.#state = state
  }

  write(): Promise<Fetched> {
    const next = this.#last.then(async () => {
      const fetched = this.#state()
      await writeFetched(this.#out, fetched)
      return fetched
    })
    this.#last = next.catch(() => undefined)
    return next
  }
}

/** Calls `work` with 0 … count − 1, at most `jobs` at a time. */
async function inTurn(count: number, jobs: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: jobs }, worker))
}
