import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { basename, join, posix } from 'node:path'
import type { Lab } from '@backprop/course'

/** A folder that seems to hold the files of a lab. */
export interface Place {
  /** Relative to the submission; empty for the submission itself. */
  readonly path: string
  /** The lab's files are right in it, without their folder `src`. */
  readonly isLoose: boolean
}

/** Limits on the search; a submission is a few folders. */
const LIMITS = { entries: 5000, depth: 4 }
const OF_TOOLS = /^(node_modules|__MACOSX|dist|build|coverage)$|^\./

/** Whether the lab's files are where students have them: in the folder of the lab, or in a whole repository. */
export async function isInPlace(folder: string, { manifest: { id, edit } }: Lab): Promise<boolean> {
  for (const path of [posix.join('labs', id), ...edit])
    if (await lstat(join(folder, path)).catch(() => null)) return true
  return false
}

/**
 * Folders in a submission that seem to hold the files of a lab, by their names: in folders that wrap them, such as those of
 * GitHub's ZIP files, or loose. Links are not followed, and a folder within such a folder is not searched.
 */
export async function placesOf(folder: string, lab: Lab): Promise<Place[]> {
  const found: Place[] = []
  const paths = ['']
  let left = LIMITS.entries
  for (let path = paths.shift(); path !== undefined && left > 0; path = paths.shift()) {
    const entries = await readdir(join(folder, path), { withFileTypes: true }).catch((): Dirent[] => [])
    left -= entries.length
    if (await isInPlace(join(folder, path), lab)) found.push({ path, isLoose: false })
    else if (isLoose(entries, lab)) found.push({ path, isLoose: true })
    else if (path.split('/').length < LIMITS.depth)
      paths.push(...foldersIn(entries).map(name => posix.join(path, name)))
  }
  return found
}

const isLoose = (entries: readonly Dirent[], { manifest }: Lab): boolean =>
  entries.some(entry => entry.isFile() && manifest.edit.some(file => basename(file) === entry.name))

const foldersIn = (entries: readonly Dirent[]): string[] =>
  entries
    .filter(entry => entry.isDirectory() && !OF_TOOLS.test(entry.name))
    .map(({ name }) => name)
    .sort()
