import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'
import type { Files } from '../release/release-files.ts'

/** The earliest time that a ZIP archive can hold: the same files give the same bytes. */
const EPOCH = new Date(1980, 0, 1)

/** A ZIP archive of these files; the `programs` among them may be executed. */
export async function zipped(files: Files, programs: readonly string[]): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [path, bytes] of files)
    zip.addBuffer(bytes, path, { mtime: EPOCH, mode: programs.includes(path) ? 0o100755 : 0o100644 })
  zip.end()
  return buffer(zip.outputStream as Readable)
}
