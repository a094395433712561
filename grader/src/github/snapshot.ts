import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Stamp, writeStamp } from '../class/fetched.ts'
import type { RosterEntry } from '../roster/roster.ts'
import { type Bounds, git, type GitCall, GitFailed } from './git.ts'

/**
 * The files of one commit, as a shallow clone in which nothing can run. Links, submodules and the effects of
 * `.gitattributes` are left out beforehand, so git only writes regular files, byte for byte as they were committed. We write
 * the clone's configuration; it has neither a remote nor a hook.
 */

export interface Limits extends Bounds {
  readonly files: number
  /** A larger file is left out; if the server can filter, it isn't downloaded either. */
  readonly fileBytes: number
  readonly treeBytes: number
  /** The length of a path within the repository, which leaves room for the folder that it goes to. */
  readonly pathBytes: number
  /** The length of one name in a path; common file systems allow no more. */
  readonly nameBytes: number
  /** How many folders deep. */
  readonly depth: number
}

export const LIMITS: Limits = {
  seconds: 120,
  outputBytes: 32 << 20,
  packBytes: 100 << 20,
  files: 5000,
  fileBytes: 1 << 20,
  treeBytes: 100 << 20,
  pathBytes: 1000,
  nameBytes: 255,
  depth: 32,
}

export type Why = 'link' | 'submodule' | 'too large' | 'installed package' | 'long path'

export interface LeftOut {
  readonly path: string
  readonly why: Why
}

export interface Snapshot {
  readonly commit: string
  /** From the commit, so the student can set it to anything. */
  readonly committedAt: string | null
  readonly leftOut: readonly LeftOut[]
}

export interface SnapshotOptions {
  readonly env: Readonly<Record<string, string>>
  readonly limits: Limits
  readonly signal: AbortSignal
  /** A folder for unfinished work, on the same file system as `folder`. */
  readonly scratch: string
}

/**
 * The commit at the tip of the branch, or null if the repository has no branches yet. Throws `GitFailed`, also if it has
 * branches but not this one.
 */
export async function headOf(entry: RosterEntry, options: SnapshotOptions): Promise<string | null> {
  const ref = refOf(entry)
  const listing = await git(['ls-remote', '--quiet', '--', entry.repository, ref, `${HEADS}*`], callOf(options))
  const lines = listing.split('\n').map(line => line.split('\t'))
  const found = lines.find(([commit, name]) => name === ref && OBJECT_ID.test(commit))
  if (found) return found[0]
  const branches = lines.flatMap(([, name]) => (name?.startsWith(HEADS) ? [name.slice(HEADS.length)] : []))
  if (branches.length === 0) return null
  throw new GitFailed(missing(entry, branches))
}

function missing({ branch }: RosterEntry, branches: readonly string[]): string {
  const some = branches.slice(0, 10).map(name => `"${Buffer.from(name, 'latin1').toString('utf8')}"`)
  const more = branches.length > some.length ? ` and ${branches.length - some.length} more` : ''
  const has = `it has ${some.join(', ')}${more}`
  return branch === null
    ? `its default branch is not there; ${has}: name one in the roster's column "branch"`
    : `it has no branch "${branch}"; ${has}`
}

/**
 * Puts the files of a commit, or the newest of the branch, into `folder`, with the stamp that `stampOf` makes. `folder` always holds either all
 * old files or all new ones. Throws `GitFailed`.
 */
export async function takeSnapshot(
  entry: Wanted,
  folder: string,
  options: SnapshotOptions,
  stampOf: (snapshot: Snapshot) => Stamp,
): Promise<Stamp> {
  const work = await mkdtemp(join(options.scratch, 'snapshot-'))
  try {
    const repository = join(work, 'repository')
    const call = { ...callOf(options), repository }
    await download(entry, call, options.limits)
    // "git show" would walk the whole tree, however deep.
    const facts = '--format=%(objectname) %(committerdate:iso-strict)'
    const [commit, when] = (await git(['for-each-ref', facts, TAKEN], call)).trim().split(' ')
    const { kept, leftOut } = await choose(call, options.limits)
    const files = join(work, 'files')
    await mkdir(files)
    await git(['update-index', '-z', '--index-info'], { ...call, input: kept })
    await git(['checkout-index', '--all', '--force', '--quiet'], { ...call, workTree: files })
    await writeFile(join(repository, 'HEAD'), `${commit}\n`)
    await writeFile(join(repository, 'config'), config({ bare: false }))
    await rename(repository, join(files, '.git'))
    const stamp = stampOf({ commit, committedAt: ISO.test(when) ? when : null, leftOut })
    await writeStamp(files, stamp)
    await replace(folder, files, join(work, 'before'))
    return stamp
  } finally {
    await discard(work)
  }
}

/** Removes what is no longer needed. The files are already in place, so a failure to remove it is ignored. */
export const discard = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true }).catch(() => undefined)

interface Wanted extends RosterEntry {
  /** Null for the newest of the branch. */
  readonly commit: string | null
}

const TAKEN = 'refs/taken'
const HEADS = 'refs/heads/'
const OBJECT_ID = /^[0-9a-f]{40}$/
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/

const refOf = ({ branch }: RosterEntry): string => (branch === null ? 'HEAD' : `${HEADS}${branch}`)

const callOf = ({ env, limits, signal }: SnapshotOptions): GitCall => ({ env, bounds: limits, signal })

/** Replaces the configuration of a filtered fetch, which would make git fetch the missing files later. */
const config = ({ bare }: { bare: boolean }): string =>
  `[core]\n\trepositoryformatversion = 0\n\tbare = ${bare}\n\tsymlinks = false\n\tautocrlf = false\n\tfileMode = false\n`
/** Overrides every .gitattributes. */
const NO_ATTRIBUTES = '* -text -eol -crlf -ident -filter -working-tree-encoding\n'

async function download(entry: Wanted, call: GitCall & { repository: string }, limits: Limits): Promise<void> {
  await git(['init', '--quiet', '--bare', '--template=', call.repository], { ...call, repository: undefined })
  const what = [
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--depth=1',
    `--filter=blob:limit=${limits.fileBytes + 1}`,
  ]
  await git(['fetch', ...what, '--', entry.repository, `+${entry.commit ?? refOf(entry)}:${TAKEN}`], call)
  await writeFile(join(call.repository, 'config'), config({ bare: true }))
  await mkdir(join(call.repository, 'info'), { recursive: true })
  await writeFile(join(call.repository, 'info', 'attributes'), NO_ATTRIBUTES)
}

interface Chosen {
  /** As `git update-index --index-info -z` reads it. */
  readonly kept: string
  readonly leftOut: readonly LeftOut[]
}

async function choose(call: GitCall, limits: Limits): Promise<Chosen> {
  const entries = (await git(['ls-tree', '-r', '-z', '--full-tree', TAKEN], call)).split('\0').filter(Boolean)
  const leftOut: LeftOut[] = []
  const leave = (path: string, why: Why): void => {
    leftOut.push({ path: Buffer.from(path, 'latin1').toString('utf8'), why })
  }
  const candidates: { id: string; path: string }[] = []
  for (const entry of entries) {
    const [head, path] = [entry.slice(0, entry.indexOf('\t')), entry.slice(entry.indexOf('\t') + 1)]
    const [mode, , id] = head.split(' ')
    if (mode === '120000') leave(path, 'link')
    else if (mode === '160000') leave(path, 'submodule')
    else if (/(^|\/)node_modules\//.test(path)) leave(path, 'installed package')
    else if (isLong(path, limits)) leave(path, 'long path')
    else candidates.push({ id, path })
  }
  if (candidates.length > limits.files) throw new GitFailed(`it holds more than ${limits.files} files`)
  const sizes = await sizesOf(
    candidates.map(({ id }) => id),
    call,
  )
  let total = 0
  const kept = candidates.filter(({ path }, i) => {
    if (sizes[i] > limits.fileBytes) leave(path, 'too large')
    else total += sizes[i]
    return sizes[i] <= limits.fileBytes
  })
  if (total > limits.treeBytes) throw new GitFailed(`its files have more than ${limits.treeBytes >> 20} MiB`)
  return { kept: kept.map(({ id, path }) => `100644 ${id}\t${path}\0`).join(''), leftOut }
}

/** `path` has a character for each byte. */
function isLong(path: string, { pathBytes, nameBytes, depth }: Limits): boolean {
  const names = path.split('/')
  return path.length > pathBytes || names.length - 1 > depth || names.some(name => name.length > nameBytes)
}

/** In bytes; of a file that was not downloaded because of its size, infinite. */
async function sizesOf(ids: readonly string[], call: GitCall): Promise<number[]> {
  if (ids.length === 0) return []
  const input = ids.map(id => `${id}\n`).join('')
  const lines = (await git(['cat-file', '--batch-check=%(objectsize)'], { ...call, input })).trimEnd().split('\n')
  return lines.map(line => (/^\d+$/.test(line) ? Number(line) : Infinity))
}

async function replace(folder: string, files: string, before: string): Promise<void> {
  await rename(folder, before).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  try {
    await rename(files, folder)
  } catch (error) {
    await rename(before, folder).catch(() => undefined)
    throw error
  }
}
