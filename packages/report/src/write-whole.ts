import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Writes a file so that at any moment, kill -9 and power loss included, either the old or the new one is there, whole.
 * It is first written to `staging`, a folder on the same disk, so that no half of it ever lies where it may be sent.
 */
export async function writeWhole(file: string, text: string, staging: string): Promise<void> {
  const draft = join(staging, randomBytes(12).toString('hex'))
  const handle = await open(draft, 'wx')
  try {
    await handle.writeFile(text)
    await handle.sync()
  } catch (error) {
    await rm(draft, { force: true })
    // An error of a write does not say by itself which file it was.
    throw error instanceof Error ? Object.assign(error, { path: file }) : error
  } finally {
    await handle.close()
  }
  await rename(draft, file)
}
