import { constants } from 'node:fs'
import { lstat, open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

/** Reading files of a folder that somebody else has made: no link is followed, no pipe waited for, no more read than asked. */

/** Opens a regular file below `root`; null when it, or a folder on the way, is anything else. */
export async function openRegular(root: string, ...path: readonly string[]): Promise<FileHandle | null> {
  for (let depth = 0; depth < path.length; depth++) {
    const entry = await lstat(join(root, ...path.slice(0, depth))).catch(() => null)
    if (!entry?.isDirectory()) return null
  }
  // O_NONBLOCK: opening a pipe must not wait for a writer. Windows has neither flag.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  const file = join(root, ...path)
  if (!(await lstat(file).catch(() => null))?.isFile()) return null
  const handle = await open(file, flags).catch(() => null)
  if (!handle || (await handle.stat()).isFile()) return handle
  await handle.close()
  return null
}

/** A whole regular file of at most `most` bytes; null when it is larger, or none. */
export async function readRegular(most: number, root: string, ...path: readonly string[]): Promise<Buffer | null> {
  const handle = await openRegular(root, ...path)
  if (!handle) return null
  try {
    const { size } = await handle.stat()
    return size > most ? null : await readAt(handle, 0, size)
  } finally {
    await handle.close()
  }
}

/** Up to `length` bytes from `position`; fewer where the file ends. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await handle.read(bytes, 0, length, position)
  return bytes.subarray(0, bytesRead)
}
