import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { COURSE_ROOT } from '../course.ts'

/** Folders that don't affect a grade. */
const ASIDE = new Set(['node_modules', 'test', 'bench', 'gallery', 'lab-cli', 'visible-tests'])

/** In an exported course, which lacks some of the files: the version of the course that it was made from. */
export const EXPORTED_VERSION = 'grader/version.txt'

/**
 * Identifies the code behind a grade, apart from the hidden suite: the grader, the packages of this repository and
 * the versions of all others. Someone would forget to raise a handwritten version number when it matters.
 */
export async function graderVersion(root = COURSE_ROOT): Promise<string> {
  const exported = await readFile(join(root, EXPORTED_VERSION), 'utf8').catch(() => null)
  if (exported !== null) return exported.trim()
  const files = [join(root, 'pnpm-lock.yaml'), ...(await sources(join(root, 'grader/src')))]
  files.push(...(await sources(join(root, 'packages'))))
  const hash = createHash('sha256')
  for (const file of files.sort()) {
    const bytes = await readFile(file)
    hash.update(`${file.slice(root.length).replaceAll('\\', '/')}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}

async function sources(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const below = entries.map(async entry => {
    if (entry.name.startsWith('.') || ASIDE.has(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? sources(path) : entry.isFile() ? [path] : []
  })
  return (await Promise.all(below)).flat()
}
