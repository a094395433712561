import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, opendir } from 'node:fs/promises'
import { basename, dirname, join, posix } from 'node:path'
import { decodeText } from './decode-text.ts'
import { findElsewhere, looks } from './elsewhere.ts'
import { Refused, Unreadable } from './refused.ts'

/** Bounds on what is taken; a course file is a few kilobytes. */
const MOST = { bytes: 256 << 10, siblings: 2000, lineLength: 20_000 }

/** The files that were handed in, and the hash that names exactly them. */
export interface Submission {
  readonly files: ReadonlyMap<string, string>
  /** Files that are there and cannot be taken, each with the reason, in words for the student. */
  readonly refused: ReadonlyMap<string, string>
  /** Files that are not there, each with a sentence for the student; it names what may have been meant. */
  readonly missing: ReadonlyMap<string, string>
  /** Whether it is one lab's folder, and no repository of labs. */
  readonly isFlat: boolean
  readonly treeHash: string
}

/**
 * Takes the files named in `edit` out of a submission folder, and nothing else: no configuration, no scripts, no
 * node_modules. Symbolic links are never followed. `folder` is a student's whole repository or one lab's folder. Each file
 * is judged by itself. Throws `Refused` where the folder itself leads elsewhere or none of the files is there, and
 * `Unreadable` where this machine cannot read it.
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
  // Where even a link has this name, the student meant a repository, and must not be led out of it.
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
  if (seen.size > MOST.bytes) throw new Refused(`${file} has ${seen.size} bytes; at most ${MOST.bytes} are taken.`)
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
    if (++count > MOST.siblings) throw new Refused(`${where} holds more than ${MOST.siblings} files.`)
    if (name === wanted) isThere = true
    else if (looks(name) === looks(wanted)) hasLookAlike = true
  }
  if (!hasLookAlike) return
  // Alone it is a file under another name, also where the system would open it by this one.
  if (!isThere) throw new Refused(`${path} is missing`, 'missing')
  throw new Refused(`${where} holds two names that differ only in case, or look the same: ${wanted}.`)
}

/** A line about a file that seems to be there under another name. */
export const isMisplaced = (line: string): boolean => /^src\/\S+ is missing; found ./.test(line)

async function missed(root: string, file: string): Promise<string> {
  const found = await findElsewhere(root, file)
  return found.length === 0 ? isMissing(file) : `${file} is missing; found ${found.join(', ')}.`
}

const isMissing = (file: string) => `${file} is missing.`

/** What is there, if anything; a name that the system does not allow is not. */
async function entryAt(path: string) {
  return lstat(path).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return null
    throw error
  })
}

/** What keeps this machine from reading a file is no fault of the student's. */
function readable(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (error instanceof Refused || typeof code !== 'string') return error
  const cure = code === 'EACCES' || code === 'EPERM' ? ': give yourself the permission to read the submission' : ''
  return new Unreadable(`${file} of the submission cannot be read (${code})${cure}.`)
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
    if (!opened.isFile() || opened.ino !== inode || opened.size > MOST.bytes) throw changed()
    const bytes = Buffer.alloc(opened.size)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** How deep its brackets are nested is no matter here: that takes a parser, and the compiler has bounds. */
function checkText(file: string, bytes: Buffer): string {
  const text = decodeText(bytes)
  if (text === null) throw new Refused(`${file} is not UTF-8 text: save it as UTF-8.`)
  if (text.startsWith('version https://git-lfs'))
    throw new Refused(`${file} is a pointer of Git LFS: put the file itself there.`)
  if (text.includes('\0')) throw new Refused(`${file} contains a NUL character.`)
  const long = text.split('\n').findIndex(line => line.length > MOST.lineLength)
  if (long >= 0) throw new Refused(`${file}:${long + 1}: this line has more than ${MOST.lineLength} characters.`)
  // Line ends differ between systems and editors, and mean nothing.
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
