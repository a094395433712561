import { readRegular } from './files.ts'
import { join } from 'node:path'
import { packedObject, unpack, type GitObject } from './packs.ts'

/**
 * Reads when the commit that is checked out in a repository was made, without trusting the repository.
 *
 * The git program is never started there: it obeys the repository's own configuration, which names programs to run
 * (core.fsmonitor, gpg.program, hooks, …). Libraries that speak all of git are large, and follow links and alternates
 * out of the folder. This needs one object, so it reads just that: HEAD, its branch, and the commit, loose or packed.
 */

const MOST = { ref: 4 << 10, packedRefs: 16 << 20, loose: 64 << 10 }
const ID = /^[0-9a-f]{40}$/

/**
 * The committer date of HEAD, or null where the folder is no such clone: no repository, one without commits, a work tree
 * whose repository lies elsewhere, SHA-256 names, reftables, damage. It is what the student's computer claimed: a fact
 * for the report, no proof of when the work was handed in.
 */
export async function commitDate(folder: string): Promise<Date | null> {
  try {
    const git = join(folder, '.git')
    const id = await headCommit(git)
    const object = id && ((await looseObject(git, id)) ?? (await packedObject(git, id)))
    return object && object.type === 'commit' ? committed(object.content.toString('utf8')) : null
  } catch {
    return null // whatever is wrong with a repository is no reason not to grade it
  }
}

async function headCommit(git: string): Promise<string | null> {
  const head = await readText(MOST.ref, git, 'HEAD')
  const branch = /^ref: (refs\/\S+)$/.exec(head)?.[1]
  if (!branch) return ID.test(head) ? head : null
  const path = branch.split('/')
  if (path.some(part => part === '' || part.startsWith('.') || /[\\:]/.test(part))) return null
  const loose = await readText(MOST.ref, git, ...path)
  if (ID.test(loose)) return loose
  const packed = await readText(MOST.packedRefs, git, 'packed-refs')
  const line = packed.split('\n').find(line => line.slice(41) === branch)
  return line && ID.test(line.slice(0, 40)) ? line.slice(0, 40) : null
}

async function looseObject(git: string, id: string): Promise<GitObject | null> {
  const bytes = await readRegular(MOST.loose, git, 'objects', id.slice(0, 2), id.slice(2))
  if (!bytes) return null
  const whole = unpack(bytes)
  const end = whole.indexOf(0)
  return { type: whole.toString('latin1', 0, end).split(' ')[0], content: whole.subarray(end + 1) }
}

/** From the header alone: the message after it may hold a line that looks the same. */
function committed(commit: string): Date | null {
  const header = commit.split('\n\n', 1)[0]
  const seconds = /^committer .*> (\d{1,12}) [+-]\d{4}$/m.exec(header)?.[1]
  const date = new Date(Number(seconds) * 1000)
  // Beyond the year 9999 a date has another form.
  return seconds && date.getUTCFullYear() <= 9999 ? date : null
}

const readText = async (most: number, git: string, ...path: string[]): Promise<string> =>
  (await readRegular(most, git, ...path))?.toString('utf8').trim() ?? ''
