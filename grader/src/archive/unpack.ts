import { createWriteStream } from 'node:fs'
import { open, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { makeFolders } from '@backprop/files'
import { type ArchiveEntry, ArchiveRefused, faultOfName, samePath } from './entry.ts'
import { visitTar } from './tar.ts'
import { visitZip } from './zip.ts'

/** How much may come out of archives. */
export interface UnpackLimits {
  /** Counted whether they are taken or not. */
  readonly entries: number
  readonly files: number
  /** A larger file is left out. */
  readonly fileBytes: number
  readonly totalBytes: number
  /** How many times its own size an archive may unpack to, once that is more than 10 MiB. */
  readonly ratio: number
}

/** What one student hands in: a few small text files, and whatever else is in the folder. */
export const SUBMISSION: UnpackLimits = {
  entries: 100_000,
  files: 5000,
  fileBytes: 1 << 20,
  totalBytes: 100 << 20,
  ratio: 200,
}

/** What a learning platform packs: the files of a class, many of them archives. */
export const CLASS: UnpackLimits = {
  entries: 100_000,
  files: 100_000,
  fileBytes: 100 << 20,
  totalBytes: 8 * 2 ** 30,
  ratio: 200,
}
const FREE_BYTES = 10 << 20

export interface LeftOut {
  readonly path: string
  /** Goes after the path: `is a link`. */
  readonly why: string
}

/** What has come out of the archives of one submission. */
export class Unpacking {
  readonly limits: UnpackLimits
  readonly leftOut: LeftOut[] = []
  entries = 0
  files = 0
  bytes = 0

  constructor(limits: UnpackLimits) {
    this.limits = limits
  }
}

const ARCHIVE = /\.(zip|tar|tgz|tar\.gz|gz|rar|7z|tar\.\w{2,4}|xz|bz2)$/i

/** One file that is compressed, unless its content says that it is an archive: data of a project, for example. */
const COMPRESSED = /(?<!\.tar)\.(gz|xz|bz2)$/i

/** Whether a file's name says that it is an archive, of a kind that is read here or not. */
export const isArchiveName = (name: string): boolean => ARCHIVE.test(name)

/** `lab.tar.gz` → `lab` */
export const withoutArchiveEnding = (name: string): string => name.replace(/\.tar\.\w{2,4}$/i, '').replace(ARCHIVE, '')

const SIGNATURES = [
  { kind: 'zip', at: 0, bytes: [0x50, 0x4b, 0x03, 0x04] },
  { kind: 'zip', at: 0, bytes: [0x50, 0x4b, 0x05, 0x06] },
  { kind: 'tar', at: 0, bytes: [0x1f, 0x8b] },
  { kind: 'tar', at: 257, bytes: [...Buffer.from('ustar')] },
  { kind: 'a RAR archive', at: 0, bytes: [...Buffer.from('Rar!')] },
  { kind: 'a 7z archive', at: 0, bytes: [0x37, 0x7a, 0xbc, 0xaf] },
  { kind: 'packed with xz', at: 0, bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { kind: 'packed with bzip2', at: 0, bytes: [...Buffer.from('BZh')] },
] as const

async function kindOf(file: string): Promise<(typeof SIGNATURES)[number]['kind'] | null> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(512), 0, 512, 0)
    return SIGNATURES.find(({ at, bytes }) => bytes.every((byte, i) => buffer[at + i] === byte))?.kind ?? null
  } finally {
    await handle.close()
  }
}

/**
 * Unpacks a `.zip`, `.tar` or `.tar.gz` into an empty folder: regular files with sound names, and nothing else. No entry
 * reaches a path outside the folder, none overwrites another, and none is a link; entries that cannot be taken are added
 * to `into.leftOut`. Throws `ArchiveRefused` if the archive is damaged, of another kind, or exceeds a limit.
 */
export async function unpack(archive: string, folder: string, into: Unpacking): Promise<void> {
  const kind = await kindOf(archive)
  const sink = new Sink(folder, into, (await stat(archive)).size)
  if (kind === 'zip') await visitZip(archive, entry => sink.take(entry))
  // The bytes of what is left out are unpacked as well.
  else if (kind === 'tar') await visitTar(archive, 4 * into.limits.totalBytes, entry => sink.take(entry))
  else throw new ArchiveRefused(`it is ${kind ?? 'neither a ZIP nor a TAR archive'}: .zip and .tar.gz can be read`)
}

/** Folders that tools make: what is in them is never part of an answer, and would only fill the list of what is left out. */
const OF_TOOLS = /(^|\/)(node_modules|__MACOSX|\.git|\.DS_Store)(\/|$)/

class Sink {
  readonly #folder: string
  readonly #into: Unpacking
  readonly #mostBytes: number
  /** Path by `samePath`; null once two entries have claimed it. */
  readonly #files = new Map<string, string | null>()
  readonly #folders = new Set<string>()

  constructor(folder: string, into: Unpacking, archiveBytes: number) {
    this.#folder = folder
    this.#into = into
    this.#mostBytes = into.bytes + Math.max(FREE_BYTES, into.limits.ratio * archiveBytes)
  }

  async take(entry: ArchiveEntry): Promise<void> {
    const { limits } = this.#into
    if (++this.#into.entries > limits.entries)
      throw new ArchiveRefused(`it has more than ${limits.entries.toLocaleString('en')} entries`)
    const path = entry.name
      .normalize('NFC')
      .replace(/^(\.\/)+/, '')
      .replace(/\/+$/, '')
    if (entry.kind === 'folder' || OF_TOOLS.test(path)) return
    const why = this.#faultOf(entry, path) ?? (await this.#clashOf(path)) ?? (await this.#write(entry, path))
    if (why !== null) this.#into.leftOut.push({ path, why })
  }

  #faultOf({ kind, bytes }: ArchiveEntry, path: string): string | null {
    const fault = faultOfName(path)
    if (fault !== null) return fault
    if (kind === 'link') return 'is a link'
    if (kind === 'encrypted') return 'is encrypted'
    if (kind === 'other') return 'is packed in an unknown way, or is no regular file'
    const { fileBytes } = this.#into.limits
    return bytes > fileBytes ? `has ${bytes} bytes; at most ${fileBytes} are taken` : null
  }

  /** Of two entries with one path, neither is taken: which of them the student meant is unknown. */
  async #clashOf(path: string): Promise<string | null> {
    const key = samePath(path)
    const earlier = this.#files.get(key)
    if (earlier !== undefined) {
      if (earlier !== null) {
        await rm(join(this.#folder, earlier), { force: true })
        this.#into.leftOut.push({ path: earlier, why: 'is there twice, or differs from another only in case' })
      }
      this.#files.set(key, null)
      return 'is there twice, or differs from another only in case'
    }
    const above = foldersAbove(key)
    if (this.#folders.has(key) || above.some(folder => this.#files.has(folder))) return 'is both a file and a folder'
    for (const folder of above) this.#folders.add(folder)
    this.#files.set(key, path)
    return null
  }

  async #write(entry: ArchiveEntry, path: string): Promise<string | null> {
    const { limits } = this.#into
    if (++this.#into.files > limits.files)
      throw new ArchiveRefused(`it has more than ${limits.files.toLocaleString('en')} files`)
    const file = join(this.#folder, path)
    await makeFolders(dirname(file))
    try {
      await pipeline(this.#counted(entry), createWriteStream(file, { flags: 'wx' }))
      return null
    } catch (error) {
      await rm(file, { force: true })
      if (error instanceof ArchiveRefused || isOfDisk(error)) throw error
      return 'is damaged'
    }
  }

  async *#counted(entry: ArchiveEntry): AsyncIterable<Uint8Array> {
    const { limits } = this.#into
    for await (const chunk of entry.read()) {
      this.#into.bytes += chunk.length
      if (this.#into.bytes > limits.totalBytes)
        throw new ArchiveRefused(`it unpacks to more than ${mebibytes(limits.totalBytes)} MiB`)
      if (this.#into.bytes > this.#mostBytes)
        throw new ArchiveRefused(`it unpacks to more than ${limits.ratio} times its size`)
      yield chunk
    }
  }
}

const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20)

/** An error of the file system here, rather than of the archive. */
const isOfDisk = (error: unknown): boolean => typeof (error as NodeJS.ErrnoException).syscall === 'string'

/** `a/b/c` → `a`, `a/b` */
const foldersAbove = (path: string): string[] =>
  path.split('/').flatMap((_, i, parts) => (i === 0 ? [] : [parts.slice(0, i).join('/')]))

/** Limits on archives within a submission: a student may have packed a packed lab once more. */
const NESTED = { archives: 20, layers: 2, depth: 4 }

/** An archive in a folder that could not be unpacked. */
export type Refusal = LeftOut

/**
 * Replaces each archive in a folder by a folder with its content, and once more for archives within archives. Archives that
 * are refused stay, and are returned.
 */
export async function unpackWithin(folder: string, into: Unpacking): Promise<readonly Refusal[]> {
  const refused: Refusal[] = []
  let left = NESTED.archives
  for (let layer = 0; layer < NESTED.layers; layer++) {
    const known = new Set(refused.map(({ path }) => path))
    for (const path of await archivesIn(folder)) {
      if (known.has(path)) continue
      const target = await freeName(folder, withoutArchiveEnding(path) || `${path}.d`)
      try {
        if (left-- <= 0) throw new ArchiveRefused(`only ${NESTED.archives} archives of a submission are unpacked`)
        await makeFolders(join(folder, target))
        await unpack(join(folder, path), join(folder, target), into)
        await rm(join(folder, path))
      } catch (error) {
        if (!(error instanceof ArchiveRefused)) throw error
        await rm(join(folder, target), { recursive: true, force: true })
        if (!COMPRESSED.test(path)) refused.push({ path, why: error.message })
      }
    }
  }
  return refused
}

/** Paths of the archives in a folder; links are not followed. */
export async function archivesIn(folder: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = posix.join(below, entry.name)
    if (OF_TOOLS.test(path)) continue
    if (entry.isDirectory() && path.split('/').length < NESTED.depth) found.push(...(await archivesIn(folder, path)))
    if (entry.isFile() && isArchiveName(entry.name)) found.push(path)
  }
  return found
}

async function freeName(folder: string, path: string): Promise<string> {
  for (let i = 1; ; i++) {
    const name = i === 1 ? path : `${path}-${i}`
    const taken = await stat(join(folder, name)).catch(() => null)
    if (!taken) return name
  }
}
