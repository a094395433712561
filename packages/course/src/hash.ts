import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { givenFiles } from './given.ts'
import type { Lab } from './labs.ts'

/** Names exactly what of the course a score came from: the manifest, the given files, and the suite in `hidden/` or `test/`. */
export async function hashSuite(lab: Lab, suite: 'hidden' | 'test'): Promise<string> {
  const entries = await readdir(join(lab.dir, suite), { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  const given = [...(await givenFiles(lab)).keys()].map(name => join(lab.dir, name))
  const hash = createHash('sha256')
  for (const file of [join(lab.dir, 'lab.json'), ...given, ...files.sort()]) {
    const bytes = await readFile(file)
    hash.update(`${file.slice(lab.dir.length).replaceAll('\\', '/')}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}
