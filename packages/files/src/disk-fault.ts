import { randomUUID } from 'node:crypto'
import { mkdir, open, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** Error codes of the file system: what is wrong, and what to do. */
const CAUSES: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  ENOSPC: ['the disk is full', 'Make room on it'],
  EDQUOT: ['your share of the disk is used up', 'Make room on it'],
  EROFS: ['it lies on a file system that is read-only', 'Name a folder that can be written'],
  EACCES: ['this user has no permission', 'Change its permissions or its owner, or name another place'],
  EPERM: ['this user has no permission', 'Change its permissions or its owner, or name another place'],
  ENOTDIR: ['a part of that path is a file, not a folder', 'Name another place, or move the file away'],
  EISDIR: ['it is a folder, and must be a file', 'Move the folder away'],
  EEXIST: ['there is something else with that name', 'Move it away, or name another place'],
  ENOENT: ['a folder on the way to it is not there', 'Make it, or name another place'],
  ELOOP: ['its links lead in a circle', 'Give the path without links'],
  ENAMETOOLONG: ['the path is too long for this system', 'Move the folder to a shorter path'],
  EMFILE: ['too many files are open', 'Allow more with "ulimit -n", or run fewer jobs at the same time'],
  ENFILE: ['too many files are open', 'End other programs'],
  EIO: ['the disk reports an error', 'Check the disk'],
  ESTALE: ['the network file system has lost it', 'Mount it again'],
  ENXIO: ['it is not a file that can be opened', 'Move it away, or name another place'],
  EBUSY: ['another program is using it', 'Close that program'],
  ETXTBSY: ['another program is using it', 'Close that program'],
}

/** System calls that make or change something; all others read. */
const WRITES =
  /^(write|fsync|fdatasync|ftruncate|mkdir|mkdtemp|rename|copyfile|link|symlink|unlink|rm|rmdir|chmod|utime)/

/**
 * One sentence about an error of the file system and what to do: a full disk, no permission, a folder that is a file.
 * Null for any other error, which may be a bug. Every command that writes ends with this sentence, not with a stack.
 */
export function diskFault(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null
  const { code, syscall, path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string }
  if (syscall === 'mkdtemp' && path !== undefined && code !== 'ENOSPC')
    return (
      `The temporary folder "${dirname(path)}" cannot be used (${code}). ` +
      'Set the environment variable TMPDIR to a folder that exists and can be written.'
    )
  const cause = CAUSES[code ?? '']
  // A missing file is a bug, or is explained by the code that knows what the file is for.
  if (!cause || syscall?.startsWith('spawn') || (code === 'ENOENT' && syscall !== 'mkdir')) return null
  const [what, fix] = cause
  const place = dest ?? path
  const doing = WRITES.test(syscall ?? '') ? 'written' : 'opened'
  return `${place ? `"${place}"` : 'A file'} cannot be ${doing}: ${what} (${code}). ${fix}, and run the same command again.`
}

/** Errors that every other file on the same disk will meet too. */
const OF_THE_DISK = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'ESTALE']

/** Whether other files on this disk will fail too. */
export const isDiskGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && OF_THE_DISK.includes(String(error.code))

/**
 * Proves by writing that files can be made in a folder, which is made if it is missing, and leaves nothing behind.
 * Throws the error of the file system. Call it before work that takes long.
 *
 * @param bytes how much must fit
 */
export async function proveWritable(folder: string, bytes = 1 << 16): Promise<void> {
  const made = await makeFolders(folder).catch((error: NodeJS.ErrnoException) => {
    // A file on the way gets another code than a file in its place, as with Node's `recursive`.
    const isOnTheWay = error.code === 'EEXIST' && error.path !== resolve(folder)
    throw Object.assign(error, isOnTheWay ? { code: 'ENOTDIR', path: folder } : {})
  })
  const file = join(folder, `.writable-${randomUUID()}`)
  try {
    const handle = await open(file, 'wx')
    try {
      await handle.writeFile(Buffer.alloc(bytes, 1))
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, { path: folder }) : error
  } finally {
    await rm(file, { force: true })
    if (made !== undefined) await removeEmpty(folder, made)
  }
}

/** Removes a folder and those that it lies in up to `last`, unless something has come into one. */
async function removeEmpty(folder: string, last: string): Promise<void> {
  try {
    for (let at = resolve(folder); at.length >= last.length; at = dirname(at)) await rmdir(at)
  } catch {
    // Another program uses it.
  }
}

/**
 * Makes a folder and its missing parents, and returns the first one that it made. Use it for every path that comes from an
 * option: Node's own `mkdir` with `recursive` never returns for some paths below /proc.
 * @param mode permissions of the folders that it makes
 */
export async function makeFolders(path: string, mode?: number): Promise<string | undefined> {
  const folder = resolve(path)
  if (await isFolder(folder)) return undefined
  const first = dirname(folder) === folder ? undefined : await makeFolders(dirname(folder), mode)
  try {
    await mkdir(folder, { mode })
  } catch (error) {
    // Another program may have made it in the meantime.
    if (!(await isFolder(folder))) throw error
  }
  return first ?? folder
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    found => found.isDirectory(),
    () => false,
  )
