import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeFolders } from './disk-fault.ts'

/**
 * Writes a file, and its folder if that is missing. At any moment, kill -9 and power loss included, either the old file
 * or the new one is there, whole; and processes that write it at the same time do not disturb each other. A link or a
 * pipe under this name is replaced, never followed.
 *
 * @param staging an existing folder on the same disk for the unfinished file, where the folder of `file` may be
 *   uploaded
 *   at any moment; unless given, that folder itself
 * @throws the error of the file system, with the path of `file`; the old file is unchanged then, and no draft is left
 */
export async function writeWhole(file: string, contents: string | Uint8Array, staging?: string): Promise<void> {
  const folder = dirname(file)
  await makeFolders(folder)
  const draft = join(staging ?? folder, `.${randomUUID()}.part`)
  try {
    const handle = await open(draft, 'wx')
    try {
      await handle.writeFile(contents)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw error instanceof Error ? Object.assign(error, { path: file }) : error
  }
}
