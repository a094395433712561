import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { makeFolders } from '@backprop/files'
import type { Files } from './release-files.ts'

/**
 * Writes all files into `out`, a folder that does not exist or holds at most git's own. They are written beside it
 * and moved when they are complete: after a failure nothing has changed.
 */
export async function writeRelease(out: string, files: Files, signal: AbortSignal): Promise<void> {
  const parent = dirname(out)
  const made = await makeFolders(parent)
  const aside = join(parent, `.${basename(out)}.${randomUUID()}`)
  try {
    await mkdir(aside)
    for (const [path, bytes] of files) {
      signal.throwIfAborted()
      await mkdir(dirname(join(aside, path)), { recursive: true })
      await writeFile(join(aside, path), bytes)
    }
    await moveInto(aside, out)
  } catch (error) {
    await rm(aside, { recursive: true, force: true })
    if (made) await rm(made, { recursive: true, force: true })
    throw error
  }
}

async function moveInto(aside: string, out: string): Promise<void> {
  const isThere = await readdir(out).then(
    () => true,
    () => false,
  )
  if (!isThere) return rename(aside, out)
  const moved: string[] = []
  try {
    for (const name of await readdir(aside)) {
      await rename(join(aside, name), join(out, name))
      moved.push(name)
    }
    await rmdir(aside)
  } catch (error) {
    for (const name of moved) await rm(join(out, name), { recursive: true, force: true })
    throw error
  }
}
