import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toJson } from './json.ts'

/**
 * What the result of a training depends on, as one short text: all files of a folder, by name and content, and some
 * settings. The same code with the same settings has the same one.
 *
 * @param folder the student's `src`
 * @param settings whatever JSON can say
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
