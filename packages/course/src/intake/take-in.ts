import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, opendir } from 'node:fs/promises'
import { basename, dirname, join, posix } from 'node:path'
import { Refused } from './refused.ts'

/** Bounds on what is taken; a course file is a few kilobytes. */
const MOST = { bytes: 256 << 10, siblings: 2000, nesting: 400, lineLength: 20_000 }

/** The files that were handed in, and the hash that names exactly them. */
export interface Submission {
  readonly files: ReadonlyMap<string, string>
  readonly treeHash: string
}

/**
 * Takes the files named in `edit` out of a submission folder, and nothing else: no configuration, no scripts, no
 * node_modules. Links are never followed. `folder` is a student's whole repository or one lab's folder. A file that is
 * not there is left out, for its exercises were not begun; where none is there it is not this lab.
 */
export async function takeIn(folder: string, labId: string, edit: readonly string[]): Promise<Submission> {
  const files = new Map<string, string>()
  let missing: Refused | undefined
  try {
    const root = await labFolder(folder, labId)
    for (const file of [...edit].sort()) {
      const text = await takeFile(root, file).catch((error: unknown) => {
        if (!(error instanceof Refused && error.kind === 'missing')) throw error
        missing ??= error
      })
      if (text !== undefined) files.set(file, text)
    }
  } catch (error) {
    throw asRefused(error)
  }
  if (missing && files.size === 0) throw missing
  return { files, treeHash: treeHash(files) }
}

async function labFolder(folder: string, labId: string): Promise<string> {
  const inRepository = posix.join('labs', labId)
  // Where even a link has this name, the student meant a repository, and must not be led out of it.
  if (!(await lstat(join(folder, inRepository)).catch(() => null))) return folder
  await refuseLinks(folder, inRepository)
  return join(folder, inRepository)
}

async function takeFile(root: string, file: string): Promise<string> {
  await refuseLinks(root, dirname(file))
  await refuseLookAlikes(root, file)
  const path = join(root, file)
  const seen = await lstat(path).catch(() => null)
  if (!seen) throw new Refused(`${file} is not in the submission.`, 'missing')
  if (seen.isSymbolicLink()) throw new Refused(`${file} is a symbolic link: put the file itself there.`)
  if (!seen.isFile()) throw new Refused(`${file} is not a regular file.`)
  if (seen.nlink > 1) throw new Refused(`${file} is a hard link: put a file of its own there.`)
  if (seen.size > MOST.bytes) throw new Refused(`${file} has ${seen.size} bytes; at most ${MOST.bytes} are taken.`)
  return checkText(file, await readExactly(path, file, seen.ino))
}

/** No folder on the way to the file may be a link out of the submission. */
async function refuseLinks(root: string, folder: string): Promise<void> {
  const parts = folder.split('/')
  for (let depth = 1; depth <= parts.length; depth++) {
    const at = parts.slice(0, depth).join('/')
    const entry = await lstat(join(root, at)).catch(() => null)
    if (!entry) throw new Refused(`the folder ${at} is not in the submission.`, 'missing')
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
  for await (const { name } of await opendir(join(root, folder))) {
    if (++count > MOST.siblings) throw new Refused(`${where} holds more than ${MOST.siblings} files.`)
    if (name !== wanted && looks(name) === looks(wanted))
      throw new Refused(`${where} holds two names that differ only in case, or look the same: ${wanted}.`)
  }
}

/** Without case, and without characters that are not to be seen. */
const looks = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .toLowerCase()

/** What stands in the way of reading a student's file is something that the student can put right. */
function asRefused(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM')
    return new Refused('a file or folder may not be read: give it back its permissions.')
  if (code === 'ELOOP' || code === 'ENXIO' || code === 'ENAMETOOLONG')
    return new Refused('a file or folder cannot be opened.')
  return error
}

async function readExactly(path: string, file: string, inode: number): Promise<Buffer> {
  // O_NONBLOCK: opening a pipe that replaced the file must not wait for a writer. Windows has neither flag.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  try {
    const opened = await handle.stat()
    if (!opened.isFile() || opened.ino !== inode || opened.size > MOST.bytes)
      throw new Refused(`${file} changed while it was read.`)
    const bytes = Buffer.alloc(opened.size)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

function checkText(file: string, bytes: Buffer): string {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Refused(`${file} is not UTF-8 text: save it as UTF-8.`)
  }
  if (text.startsWith('version https://git-lfs'))
    throw new Refused(`${file} is a pointer of Git LFS: put the file itself there.`)
  if (text.includes('\0')) throw new Refused(`${file} contains a NUL character.`)
  const long = text.split('\n').findIndex(line => line.length > MOST.lineLength)
  if (long >= 0) throw new Refused(`${file}:${long + 1}: this line has more than ${MOST.lineLength} characters.`)
  let depth = 0
  for (const character of text) {
    if ('([{'.includes(character) && ++depth > MOST.nesting)
      throw new Refused(`${file} nests brackets more than ${MOST.nesting} deep.`)
    if (')]}'.includes(character)) depth--
  }
  // Line ends differ between systems and editors, and mean nothing.
  return text.replaceAll('\r\n', '\n')
}

function treeHash(files: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256')
  for (const [file, text] of files) hash.update(`${file}\0${Buffer.byteLength(text)}\0${text}`)
  return hash.digest('hex')
}
