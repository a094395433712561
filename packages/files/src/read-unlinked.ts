import { constants } from 'node:fs'
import { lstat, open } from 'node:fs/promises'

// Opening a pipe must not wait for a writer. Windows has neither flag.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/**
 * Reads a file that a student could have replaced: no link is followed in its place, and no pipe is waited for. Throws
 * unless it is a regular file of at most `maxBytes`.
 */
export async function readUnlinked(path: string, maxBytes = Infinity): Promise<Buffer> {
  const refuse = () => new Error(`"${path}" must be a regular file of at most ${maxBytes} bytes.`)
  if (!(await lstat(path)).isFile()) throw refuse()
  const handle = await open(path, FLAGS)
  try {
    const opened = await handle.stat()
    if (!opened.isFile() || opened.size > maxBytes) throw refuse()
    const bytes = Buffer.alloc(opened.size)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
