import { crc32 } from 'node:zlib'
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl'
import { type ArchiveEntry, refusalOf } from './entry.ts'

/** Calls `visit` with each entry of a ZIP archive, in the order of its central directory. Throws `ArchiveRefused`. */
export async function visitZip(file: string, visit: (entry: ArchiveEntry) => Promise<void>): Promise<void> {
  try {
    const zip = await openPromise(file, { lazyEntries: true, decodeStrings: false, autoClose: false })
    try {
      for await (const entry of zip.eachEntry()) await visit(entryOf(zip, entry))
    } finally {
      zip.close()
    }
  } catch (error) {
    throw refusalOf(error)
  }
}

function entryOf(zip: ZipFile, entry: Entry): ArchiveEntry {
  const name = nameOf(entry)
  return {
    name,
    kind: kindOf(entry, name),
    bytes: entry.uncompressedSize,
    async *read() {
      let sum = 0
      for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
        sum = crc32(chunk, sum)
        yield chunk
      }
      if (sum !== entry.crc32) throw new Error('its checksum is wrong')
    },
  }
}

/** Some programs of Windows write backslashes, which the format forbids. */
const nameOf = (entry: Entry): string => decodedName(entry).replaceAll('\\', '/')

/**
 * Many programs write UTF-8 without saying so; anything else is the code page 437, as the format says. A name in Shift-JIS
 * comes out garbled, which is harmless: the names of the lab's files are ASCII.
 */
function decodedName({ fileNameRaw, generalPurposeBitFlag, extraFields }: Entry): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(fileNameRaw)
  } catch {
    return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false)
  }
}

// What Unix stores in the upper half of the attributes: the type of the file.
const [TYPE, REGULAR, FOLDER, LINK] = [0o170000, 0o100000, 0o040000, 0o120000]
const UNIX = 3

function kindOf(entry: Entry, name: string): ArchiveEntry['kind'] {
  if (entry.isEncrypted()) return 'encrypted'
  const type = entry.versionMadeBy >> 8 === UNIX ? (entry.externalFileAttributes >>> 16) & TYPE : 0
  if (type === LINK) return 'link'
  if (type === FOLDER || name.endsWith('/')) return 'folder'
  return (type === REGULAR || type === 0) && entry.canDecodeFileData() ? 'file' : 'other'
}
