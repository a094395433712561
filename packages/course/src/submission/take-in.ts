import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, opendir } from 'node:fs/promises'
import { basename, dirname, join, posix } from 'node:path'
import type { LabManifest } from '../manifest.ts'
import { decodeText } from './decode-text.ts'
import { findElsewhere, looks } from './elsewhere.ts'
import { Refused, Unreadable } from './refused.ts'

/** Limits on what is accepted; a course file is a few kilobytes. */
const LIMITS = { bytes: 256 << 10, siblings: 2000, lineLength: 20_000 }

/** The submitted files, and a hash of them. */
export interface Submission {
  readonly files: ReadonlyMap<string, string>
  /** Files that can't be accepted, each with the reason for the student. */
  readonly refused: ReadonlyMap<string, string>
  /** Files that are missing, each with a sentence for the student that names similar files. */
  readonly missing: ReadonlyMap<string, string>
  /** The submission is one lab's folder rather than a repository of labs. */
  readonly isFlat: boolean
  readonly treeHash: string
}

/**
 * Takes the files listed in `edit` from a submission folder, and nothing else: no configuration, no scripts, no
 * node_modules. Symbolic links are never followed. `folder` is a student's repository or one lab's folder. Each file is
 * checked separately. Throws `Refused` if the folder itself is a link or all files are missing, and `Unreadable` if this
 * machine can't read it.
 */
export async function takeIn(folder: string, labId: string, edit: readonly string[]): Promise<Submission> {
  const root = await labFolder(folder, labId)
  const [files, refused, missing] = [new Map<string, string>(), new Map<string, string>(), new Map<string, string>()]
  for (const file of [...edit].sort()) {
    try {
      files.set(file, await takeFile(root, file))
    } catch (error) {
      if (!(error instanceof Refused)) throw readable(file, error)
      if (error.kind === 'refused') refused.set(file, error.message)
      else missing.set(file, await missed(root, file))
    }
  }
  if (missing.size === edit.length) throw new Refused([...missing.values()].slice(0, 5).join('\n'), 'missing')
  return { files, refused, missing, isFlat: root === folder, treeHash: treeHash({ files, refused, missing }) }
}

async function labFolder(folder: string, labId: string): Promise<string> {
  const inRepository = posix.join('labs', labId)
  // Even if this is a link, the student meant a repository; the link must not lead out of it.
  if (!(await entryAt(join(folder, inRepository)))) return folder
  try {
    await refuseLinks(folder, inRepository)
  } catch (error) {
    throw readable(inRepository, error)
  }
  return join(folder, inRepository)
}

async function takeFile(root: string, file: string): Promise<string> {
  await refuseLinks(root, dirname(file))
  await refuseLookAlikes(root, file)
  const path = join(root, file)
  const seen = await entryAt(path)
  if (!seen) throw new Refused(`${file} is missing`, 'missing')
  if (seen.isSymbolicLink()) throw new Refused(`${file} is a symbolic link: put the file itself there.`)
  if (!seen.isFile()) throw new Refused(`${file} is not a regular file.`)
  if (seen.size > LIMITS.bytes) throw new Refused(`${file} has ${seen.size} bytes; at most ${LIMITS.bytes} are taken.`)
  return checkText(file, await readExactly(path, file, seen.ino))
}

/** No folder on the way to the file may be a link out of the submission. */
async function refuseLinks(root: string, folder: string): Promise<void> {
  const parts = folder.split('/')
  for (let depth = 1; depth <= parts.length; depth++) {
    const at = parts.slice(0, depth).join('/')
    const entry = await entryAt(join(root, at))
    if (!entry) throw new Refused(`the folder ${at} is missing`, 'missing')
    if (!entry.isDirectory())
      throw new Refused(`${at} is ${entry.isSymbolicLink() ? 'a symbolic link' : 'a file'}, not a folder.`)
    await refuseLookAlikes(root, at)
  }
}

/** `Perceptron.ts` beside `perceptron.ts` is one file on some systems and two on others. */
async function refuseLookAlikes(root: string, path: string): Promise<void> {
  const [folder, wanted] = [dirname(path), basename(path)]
  const where = folder === '.' ? 'the submission' : folder
  let count = 0
  let isThere = false
  let hasLookAlike = false
  for await (const { name } of await opendir(join(root, folder))) {
    if (++count > LIMITS.siblings) throw new Refused(`${where} holds more than ${LIMITS.siblings} files.`)
    if (name === wanted) isThere = true
    else if (looks(name) === looks(wanted)) hasLookAlike = true
  }
  if (!hasLookAlike) return
  // The only one, under another name: even if the system would open it by this name.
  if (!isThere) throw new Refused(`${path} is missing`, 'missing')
  throw new Refused(`${where} holds two names that differ only in case, or look the same: ${wanted}.`)
}

/** Whether a line is about a file that seems to be there under another name. */
export const isMisplaced = (line: string): boolean => /^src\/\S+ is missing; found ./.test(line)

async function missed(root: string, file: string): Promise<string> {
  const found = await findElsewhere(root, file)
  return found.length === 0 ? isMissing(file) : `${file} is missing; found ${found.join(', ')}.`
}

const isMissing = (file: string) => `${file} is missing.`

/** The entry at a path, or null; a name that the system doesn't allow counts as missing. */
async function entryAt(path: string) {
  return lstat(path).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return null
    throw error
  })
}

/** If this machine can't read a file, that isn't the student's fault. */
function readable(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (error instanceof Refused || typeof code !== 'string') return error
  const fix = code === 'EACCES' || code === 'EPERM' ? ': give yourself the permission to read the submission' : ''
  return new Unreadable(`${file} of the submission cannot be read (${code})${fix}.`)
}

async function readExactly(path: string, file: string, inode: number): Promise<Buffer> {
  const changed = () => new Refused(`${file} changed while it was read.`)
  // O_NONBLOCK: opening a pipe that replaced the file must not wait for a writer. Windows has neither flag.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  const handle = await open(path, flags).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException
    throw code === 'ELOOP' || code === 'ENXIO' || code === 'ENOENT' ? changed() : error
  })
  try {
    const opened = await handle.stat()
    if (!opened.isFile() || opened.ino !== inode || opened.size > LIMITS.bytes) throw changed()
    const bytes = Buffer.alloc(opened.size)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** Doesn't check how deeply brackets are nested: that takes a parser, and the compiler has limits. */
function checkText(file: string, bytes: Buffer): string {
  const text = decodeText(bytes)
  if (text === null) throw new Refused(`${file} is not UTF-8 text: save it as UTF-8.`)
  if (text.startsWith('version https://git-lfs'))
    throw new Refused(`${file} is a pointer of Git LFS: put the file itself there.`)
  if (text.includes('\0')) throw new Refused(`${file} contains a NUL character.`)
  const long = text.split('\n').findIndex(line => line.length > LIMITS.lineLength)
  if (long >= 0) throw new Refused(`${file}:${long + 1}: this line has more than ${LIMITS.lineLength} characters.`)
  // Line ends differ between systems and editors.
  return text.replaceAll('\r\n', '\n')
}

function treeHash({ files, refused, missing }: Pick<Submission, 'files' | 'refused' | 'missing'>): string {
  const hash = createHash('sha256')
  for (const [file, text] of files) hash.update(`${file}\0${Buffer.byteLength(text)}\0${text}`)
  for (const [file, why] of refused) hash.update(`${file}\0refused\0${why}`)
  // The message to the student includes what was found instead.
  for (const [file, why] of missing) if (why !== isMissing(file)) hash.update(`${file}\0missing\0${why}`)
  return hash.digest('hex')
}

/** What is wrong with the files of a submission, a line for each thing, in the lab's order; null where nothing is. */
export function problemsOf(
  { edit }: Pick<LabManifest, 'edit'>,
  { refused, missing }: Pick<Submission, 'refused' | 'missing'>,
  uncompiled: ReadonlyMap<string, string> = new Map(),
): string | null {
  const all = edit.flatMap(file => missing.get(file) ?? refused.get(file) ?? uncompiled.get(file) ?? [])
  const lines = new Set(all.flatMap(text => text.split('\n')))
  return lines.size === 0 ? null : [...lines].join('\n')
}
