import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '@backprop/files'
import { safeJson } from '@backprop/safe-text'
import { z } from 'zod'
import { UsageError } from '../errors.ts'

/** `update.json`: what an update of a class has made, so that running it again continues with the same commits. */

const commit = z.string().regex(/^[0-9a-f]{40}$/)

const Entry = z.strictObject({
  name: z.string(),
  /** The commit that was fetched, and the one on top of it with the update. */
  base: commit,
  commit,
  version: z.string(),
  at: z.iso.datetime(),
  isPushed: z.boolean(),
})
export type UpdateEntry = z.infer<typeof Entry>

const UpdateRecord = z.strictObject({ schema: z.literal('backprop/update/v1'), updates: z.array(Entry) })

export const UPDATES = 'update.json'

/** The updates of earlier runs by name. Throws `UsageError` if the file is something else. */
export async function readUpdates(folder: string): Promise<Map<string, UpdateEntry>> {
  const file = join(folder, UPDATES)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return new Map()
  try {
    return new Map(UpdateRecord.parse(JSON.parse(text)).updates.map(entry => [entry.name, entry]))
  } catch {
    throw new UsageError(`"${file}" was not written by "grade release". Move it away to start over.`)
  }
}

export const writeUpdates = (folder: string, updates: ReadonlyMap<string, UpdateEntry>): Promise<void> =>
  writeWhole(join(folder, UPDATES), safeJson({ schema: 'backprop/update/v1', updates: [...updates.values()] }))
