import { copyFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../errors.ts'
import { git, type GitCall } from '../github/git.ts'
import { besideOf, type Done } from './apply.ts'
import { CommitTree } from './commit-tree.ts'
import { COURSE_FILE, type CourseFile, parseCourseFile } from './course-file.ts'
import { planUpdate, type Step } from './plan.ts'
import type { Release } from './release.ts'
import { line } from './summary.ts'

/** An update of one repository as a commit on top of what was fetched of it. */
export interface UpdateCommit {
  readonly version: string
  readonly done: readonly Done[]
  /** Null if there is nothing to do. */
  readonly commit: string | null
  /** The same as `git am` reads it. */
  readonly patch: Buffer
}

/** Where git works: a new repository that finds the objects of the fetched one, and leaves that unchanged. */
export async function borrowObjects(fetched: string, scratch: string, call: GitCall): Promise<GitCall> {
  const repository = join(await mkdtemp(join(scratch, 'update-')), 'repository')
  await git(['init', '--quiet', '--bare', '--template=', repository], call)
  await mkdir(join(repository, 'objects', 'info'), { recursive: true })
  await writeFile(join(repository, 'objects', 'info', 'alternates'), `${join(fetched, '.git', 'objects')}\n`)
  await copyFile(join(fetched, '.git', 'shallow'), join(repository, 'shallow')).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error // a repository of one commit has none
    },
  )
  return { ...call, repository }
}

/**
 * Makes the update of the commit `base` to the release that `releaseFor` gives. Throws `UsageError` if it is no student
 * repository, or something is in the way, and `GitFailed`.
 */
export async function commitUpdate(
  call: GitCall,
  { name, base, at }: { readonly name: string; readonly base: string; readonly at: Date },
  releaseFor: (before: CourseFile) => Promise<Release>,
): Promise<UpdateCommit> {
  const first = await CommitTree.read(call, base, path => path === COURSE_FILE)
  const bytes = first.read(COURSE_FILE)
  if (!bytes) throw new UsageError(`it has no file ${COURSE_FILE}: it was not made from a release`)
  const before = parseCourseFile(bytes, name)
  const release = await releaseFor(before)
  const known = [...release.files.keys(), ...Object.keys(before.files)]
  const isKnown = besides(known)
  const tree = await CommitTree.read(call, base, path => path === COURSE_FILE || isKnown(path))
  const look = (path: string) => Promise.resolve(tree.look(path))
  const done: Done[] = []
  for (const step of await planUpdate(release, before, look)) done.push(await applyTo(tree, step))
  const now = release.files.get(COURSE_FILE)
  if (done.length === 0 && now?.equals(bytes))
    return { version: release.version, done, commit: null, patch: Buffer.alloc(0) }
  if (now) await tree.put(COURSE_FILE, now)
  const written = await tree.write(join(call.repository ?? '', 'update-index'))
  const commit = await commitOf(written, base, { call, at, message: messageOf(done, release) })
  const patch = await git(
    ['format-patch', '-1', '--stdout', '--binary', '--full-index', '--no-signature', commit],
    call,
  )
  return { version: release.version, done, commit, patch: Buffer.from(patch, 'latin1') }
}

const messageOf = (done: readonly Done[], { version }: Release): string =>
  `Update to course ${version}\n\n${done.map(line).join('\n')}\n`

/** The same tree, parent, time and message give the same id, so an update that was cut short continues with the same commit. */
async function commitOf(
  tree: string,
  parent: string,
  { call, at, message }: { readonly call: GitCall; readonly at: Date; readonly message: string },
): Promise<string> {
  const when = `${Math.floor(at.getTime() / 1000)} +0000`
  const who = { NAME: 'Course update', EMAIL: 'course-update@localhost', DATE: when }
  const identity = Object.entries(who).flatMap(([key, value]) =>
    ['AUTHOR', 'COMMITTER'].map(role => [`GIT_${role}_${key}`, value] as const),
  )
  const env = { ...call.env, ...Object.fromEntries(identity) }
  const input = Buffer.from(message).toString('latin1')
  return (await git(['commit-tree', tree, '-p', parent, '-F', '-'], { ...call, env, input })).trim()
}

/** Whether a path is one of these, or a second version beside it: `NAME.new`, `NAME.yours-2`. */
function besides(paths: readonly string[]): (path: string) => boolean {
  const all = new Set(paths)
  return path => all.has(path.replace(/\.(new|yours)(-\d+)?$/, '')) || all.has(path)
}

/** Performs one step in the tree, as `apply` does in a folder. */
async function applyTo(tree: CommitTree, step: Step): Promise<Done> {
  const beside = await besideOf(step, path => Promise.resolve(tree.look(path)))
  if (step.do === 'remove') tree.remove(step.path)
  else if (step.do === 'put beside') await tree.put(beside?.path ?? step.path, step.bytes)
  else if (step.do !== 'leave') {
    if (beside) tree.move(step.path, beside.path)
    await tree.put(step.path, step.bytes)
  }
  return beside ? { step, beside: beside.path } : { step }
}
