import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
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

/**
 * Files of a lab's `src` that students import and do not edit, by name: `src/data.ts`. What is graded always takes them
 * from the course, whatever a submission holds in their place.
 */
export async function givenFiles({ dir, manifest }: Lab): Promise<Map<string, string>> {
  const names = await readdir(join(dir, 'src'), { recursive: true }).catch((): string[] => [])
  const files = names.map(name => `src/${name.replaceAll('\\', '/')}`)
  const given = files.filter(file => file.endsWith('.ts') && !manifest.edit.includes(file)).sort()
  return new Map(await Promise.all(given.map(async file => [file, await readFile(join(dir, file), 'utf8')] as const)))
}
