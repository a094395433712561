import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'

/** Names exactly the manifest and the hidden suite that a score came from. */
export async function suiteHash(lab: Lab): Promise<string> {
  const hidden = await readdir(join(lab.dir, 'hidden'), { recursive: true, withFileTypes: true })
  const files = hidden.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  const hash = createHash('sha256')
  for (const file of [join(lab.dir, 'lab.json'), ...files.sort()]) {
    const bytes = await readFile(file)
    hash.update(`${file.slice(lab.dir.length).replaceAll('\\', '/')}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}
