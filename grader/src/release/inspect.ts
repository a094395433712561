import { lstat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readUnlinked } from '@backprop/files'
import { contentHash } from './release-files.ts'

/** What is at a path of a student repository. */
export type Found =
  | { readonly is: 'nothing' }
  /** A file, with the hash of its content. */
  | { readonly is: 'file'; readonly hash: string }
  /** A link, a folder, a pipe …, where a file should be. */
  | { readonly is: 'other'; readonly what: string }
  /** `at`, on the way to the path, is not a folder: writing there might write outside the repository. */
  | { readonly is: 'out of reach'; readonly at: string; readonly what: string }

/** Looks without following any link. */
export async function inspect(root: string, path: string): Promise<Found> {
  const blocked = await firstThatIsNoFolder(root, dirname(path))
  if (blocked) return { is: 'out of reach', ...blocked }
  const entry = await lstat(join(root, path)).catch(() => null)
  if (!entry) return { is: 'nothing' }
  if (!entry.isFile()) return { is: 'other', what: kindOf(entry) }
  return { is: 'file', hash: contentHash(await readUnlinked(join(root, path))) }
}

/** The outermost part of a folder's path that exists and is not a folder, or null. */
export async function firstThatIsNoFolder(root: string, folder: string): Promise<{ at: string; what: string } | null> {
  if (folder === '.') return null
  const outer = await firstThatIsNoFolder(root, dirname(folder))
  if (outer) return outer
  const entry = await lstat(join(root, folder)).catch(() => null)
  return !entry || entry.isDirectory() ? null : { at: folder, what: kindOf(entry) }
}

const kindOf = (entry: { isSymbolicLink(): boolean; isDirectory(): boolean; isFile(): boolean }): string =>
  entry.isSymbolicLink() ? 'a symbolic link' : entry.isDirectory() ? 'a folder' : entry.isFile() ? 'a file' : 'no file'
