import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFolders, writeWhole } from '@backprop/files'
import { FETCHED, type FetchedSubmission, readFetched } from '../class/fetched.ts'
import { UsageError } from '../errors.ts'
import { demandGit, git, type GitCall, GitFailed } from '../github/git.ts'
import { gitEnvironment, type GitSettings } from '../github/git-environment.ts'
import { discard, LIMITS } from '../github/snapshot.ts'
import { lock, UPDATING } from '../lock.ts'
import type { Done } from './apply.ts'
import type { CourseFile } from './course-file.ts'
import type { Release } from './release.ts'
import { borrowObjects, commitUpdate } from './update-commit.ts'
import { readUpdates, type UpdateEntry, writeUpdates } from './update-record.ts'

export interface ClassUpdateOptions extends Omit<GitSettings, 'home'> {
  /** Where `grade fetch` put the repositories. They are only read. */
  readonly fetched: string
  /** Gets a patch for each repository, and `update.json`. */
  readonly out: string
  /** Push each update to its repository, as a new branch. */
  readonly push: boolean
  readonly dryRun: boolean
  readonly now: () => Date
  readonly signal: AbortSignal
  readonly releaseFor: (before: CourseFile) => Promise<Release>
  readonly onDone?: (update: RepositoryUpdate) => void
}

/** What happened to one repository. */
export interface RepositoryUpdate {
  readonly name: string
  readonly status: 'updated' | 'up to date' | 'failed'
  readonly done: readonly Done[]
  /** The branch that was pushed, in this run or in an earlier one. */
  readonly branch: string | null
  readonly problem: string | null
}

/**
 * Makes an update for each repository that was fetched: a commit on top of the fetched one, as a patch and, on request, as a
 * new branch there. No branch of the student is changed. If a repository fails, the others are still updated, and running it
 * again completes the rest. Throws `UsageError` if nothing was fetched, or another run is using `out`.
 */
export async function updateClass(options: ClassUpdateOptions): Promise<RepositoryUpdate[]> {
  const { fetched, out, dryRun, now, signal } = options
  const record = await readFetched(fetched)
  if (!record)
    throw new UsageError(
      `There is no ${FETCHED} in "${fetched}": fetch the repositories first, with "pnpm grade fetch".`,
    )
  const scratch = await mkdtemp(join(tmpdir(), 'backprop-update-'))
  try {
    const call = { env: gitEnvironment({ ...options, home: scratch }), bounds: LIMITS, signal }
    await demandGit(call.env, signal)
    if (dryRun) return await updateAll(record.submissions, { ...options, call, scratch })
    await makeFolders(out)
    const unlock = await lock(out, UPDATING, now)
    try {
      return await updateAll(record.submissions, { ...options, call, scratch })
    } finally {
      unlock()
    }
  } finally {
    await discard(scratch)
  }
}

type Work = ClassUpdateOptions & { readonly call: GitCall; readonly scratch: string }

async function updateAll(submissions: readonly FetchedSubmission[], work: Work): Promise<RepositoryUpdate[]> {
  const { out, signal, onDone } = work
  const earlier = await readUpdates(out)
  const updates: RepositoryUpdate[] = []
  for (const submission of submissions) {
    signal.throwIfAborted()
    const update = await updateOne(submission, earlier, work).catch((error: unknown): RepositoryUpdate => {
      signal.throwIfAborted()
      if (!(error instanceof GitFailed || error instanceof UsageError)) throw error
      return { name: submission.name, status: 'failed', done: [], branch: null, problem: error.message }
    })
    updates.push(update)
    onDone?.(update)
  }
  return updates
}

async function updateOne(
  { name, repository, commit: base, problem }: FetchedSubmission,
  updates: Map<string, UpdateEntry>,
  { fetched, out, push, dryRun, now, releaseFor, call: outside, scratch }: Work,
): Promise<RepositoryUpdate> {
  if (base === null) throw new GitFailed(problem ?? 'nothing has been pushed to it yet')
  const call = await borrowObjects(join(fetched, name), scratch, outside)
  const before = updates.get(name)
  const at = before?.base === base ? new Date(before.at) : now()
  const { version, done, commit, patch } = await commitUpdate(call, { name, base, at }, releaseFor)
  if (commit === null) return { name, status: 'up to date', done, branch: null, problem: null }
  const branch = branchOf(version)
  const isPushed = before?.commit === commit && before.isPushed
  if (!dryRun) {
    await writeWhole(join(out, `${name}.patch`), patch)
    const entry = { name, base, commit, version, at: at.toISOString(), isPushed }
    // The record comes first: if this run ends while it pushes, the next one recognizes the commit.
    await writeUpdates(out, updates.set(name, entry))
    if (push && !isPushed) {
      await pushNew(call, { repository, commit, branch })
      await writeUpdates(out, updates.set(name, { ...entry, isPushed: true }))
    }
  }
  return { name, status: 'updated', done, branch: isPushed || (push && !dryRun) ? branch : null, problem: null }
}

/** The branch of an update. It has the version in its name, so that the next update does not meet this one. */
export const branchOf = (version: string): string => `course-${version}`

/** Creates a branch, and never changes one that is there. Throws `GitFailed` if it is there with another commit. */
async function pushNew(
  call: GitCall,
  { repository, commit, branch }: { readonly repository: string; readonly commit: string; readonly branch: string },
): Promise<void> {
  const ref = `refs/heads/${branch}`
  const [there] = (await git(['ls-remote', '--quiet', '--', repository, ref], call)).split('\t')
  if (there === commit) return
  if (there) throw new GitFailed(`it has a branch ${branch} with other commits, which was left alone: delete it there`)
  // An empty expectation: the push is refused if the branch appears in the meantime.
  await git(['push', '--quiet', `--force-with-lease=${ref}:`, '--', repository, `${commit}:${ref}`], call)
}
