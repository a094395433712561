import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { Parser, type ReadEntry } from 'tar'
import { type ArchiveEntry, ArchiveRefused, refusalOf } from './entry.ts'

/**
 * Calls `visit` with each entry of a TAR archive, which may be packed with gzip. An entry that is not read is skipped, but
 * must still be unpacked: at most `maxBytes` in all. Throws `ArchiveRefused`.
 */
export async function visitTar(
  file: string,
  maxBytes: number,
  visit: (entry: ArchiveEntry) => Promise<void>,
): Promise<void> {
  const parser = new Parser({ strict: true })
  const failing = new AbortController()
  let current: ReadEntry | null = null
  let work = Promise.resolve()
  // The parser does not go on to the next entry before this one has been read to its end.
  parser.on('entry', (entry: ReadEntry) => {
    current = entry
    // A reader gets its error; it may also be destroyed before anything reads it.
    entry.on('error', () => undefined)
    work = work
      .then(() => (failing.signal.aborted ? undefined : visit(entryOf(entry))))
      .catch((error: unknown) => failing.abort(error))
      .finally(() => entry.resume())
  })
  // Kinds that the parser does not know, such as sparse files, and skips.
  parser.on('ignoredEntry', (entry: ReadEntry) => {
    work = work
      .then(() => (failing.signal.aborted ? undefined : visit({ ...entryOf(entry), kind: 'other' })))
      .catch((error: unknown) => failing.abort(error))
  })
  parser.on('error', (error: unknown) => failing.abort(error))
  failing.signal.addEventListener('abort', () => current?.destroy(failing.signal.reason))
  const ended = once(parser, 'end', { signal: failing.signal })
  ended.catch(() => undefined)
  try {
    for await (const chunk of unpacked(file, maxBytes)) {
      failing.signal.throwIfAborted()
      if (!parser.write(chunk)) await once(parser, 'drain', { signal: failing.signal })
    }
    parser.end()
    await ended
    await work
    failing.signal.throwIfAborted()
  } catch (error) {
    if (!failing.signal.aborted) failing.abort(error)
    // A visit may still be writing.
    await work
    throw refusalOf(failing.signal.reason)
  }
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** The bytes of the archive itself. */
async function* unpacked(file: string, maxBytes: number): AsyncIterable<Buffer> {
  const stream = createReadStream(file)
  const [first] = (await once(stream, 'readable'), [stream.read() as Buffer | null])
  if (first === null) return
  stream.unshift(first)
  const source = isGzip(first) ? stream.pipe(createGunzip()) : stream
  stream.on('error', error => source.destroy(error))
  let total = 0
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      // The parser would unpack a second layer by itself, past this limit.
      if (total === 0 && source !== stream && (isGzip(chunk) || chunk.readUInt32LE(0) === 0xfd2fb528))
        throw new ArchiveRefused('it is packed twice')
      total += chunk.length
      if (total > maxBytes) throw new ArchiveRefused(`it unpacks to more than ${Math.round(maxBytes / 2 ** 20)} MiB`)
      yield chunk
    }
  } finally {
    stream.destroy()
  }
}

const KINDS: Readonly<Record<string, ArchiveEntry['kind']>> = {
  File: 'file',
  OldFile: 'file',
  ContiguousFile: 'file',
  Directory: 'folder',
  GNUDumpDir: 'folder',
  SymbolicLink: 'link',
  Link: 'link',
}

/** How GNU tar stores a sparse file in the PAX format: its content begins with a map of the holes. */
const SPARSE = /(?<=^|\/)GNUSparseFile\.\d+\//

function entryOf(entry: ReadEntry): ArchiveEntry {
  return {
    name: entry.path.replace(SPARSE, ''),
    kind: SPARSE.test(entry.path) ? 'other' : (KINDS[entry.type] ?? 'other'),
    bytes: entry.size,
    read: () => entry as AsyncIterable<Uint8Array>,
  }
}
