import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { GraderFault } from '../errors.ts'

/** Files by their path, with slashes on every system. */
export type Files = Map<string, Buffer>

export const text = (words: string): Buffer => Buffer.from(words, 'utf8')
export const json = (value: unknown): Buffer => text(`${JSON.stringify(value, null, 2)}\n`)

/**
 * All files under a folder of the course, in order. Caches, node_modules and names that start with a dot are left
 * out, and so are the paths that `skip` selects. Links are refused: they would not arrive as what they show.
 */
export async function readTree(folder: string, skip: (path: string) => boolean = () => false): Promise<Files> {
  const files: Files = new Map()
  const visit = async (at: string): Promise<void> => {
    const entries = await readdir(at, { withFileTypes: true })
    for (const entry of entries.sort((a, b) => compare(a.name, b.name))) {
      const full = join(at, entry.name)
      const path = relative(folder, full).replaceAll(sep, '/')
      if (entry.name.startsWith('.') || entry.name === 'node_modules' || skip(path)) continue
      if (entry.isDirectory()) await visit(full)
      else if (entry.isFile()) files.set(path, withPlainLineEnds(await readFile(full)))
      else throw new GraderFault(`${full} is neither a file nor a folder: students cannot receive it.`)
    }
  }
  await visit(folder)
  return files
}

/** The same order on every machine, whatever its language. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Line ends differ between systems and editors, and mean nothing. Bytes that are not text stay unchanged. */
export function withPlainLineEnds(bytes: Buffer): Buffer {
  if (!bytes.includes('\r\n') || bytes.includes(0)) return bytes
  // latin1 maps each byte to one character and back.
  return Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
}

/** Names the content, whatever its line ends. */
export const contentHash = (bytes: Buffer): string =>
  createHash('sha256').update(withPlainLineEnds(bytes)).digest('hex')
