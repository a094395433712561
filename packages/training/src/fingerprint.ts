import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toJson } from './json.ts'

/**
 * A hash of what the result of training depends on: the names and contents of all files in a folder, and some settings.
 * The same code with the same settings has the same fingerprint.
 *
 * @param folder the student's `src`
 * @param settings any value that JSON can hold
 * @example await fingerprint(join(import.meta.dirname, 'src'), { epochs: 5, seed: 1 })
 */
export async function fingerprint(folder: string, settings: unknown): Promise<string> {
  const hash = createHash('sha256').update(toJson(settings))
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  for (const path of paths.sort()) {
    const bytes = await readFile(path)
    hash.update(`\0${path.slice(folder.length)}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}
