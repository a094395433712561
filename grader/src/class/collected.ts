import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '@backprop/files'
import { safeJson } from '@backprop/safe-text'
import { z } from 'zod'
import { UsageError } from '../errors.ts'

/** `collect.json`: what "grade collect" found in a download. It is next to the folders of the students. */

const Submission = z.strictObject({
  name: z.string().meta({ description: 'Name of the folder: that of the student or the team.' }),
  status: z.enum(['taken', 'problem', 'nothing']).meta({
    description: '"nothing": nothing was handed in, and the folder is empty. "problem": see there.',
  }),
  source: z.string().nullable().meta({ description: 'How the platform names it.' }),
  submittedAt: z.iso.datetime().nullable().meta({ description: 'As the platform says; null if it does not.' }),
  late: z.boolean().nullable().meta({ description: 'Whether the platform calls it late.' }),
  skipped: z.array(z.string()).meta({ description: 'Other submissions of the same student: older, or too late.' }),
  leftOut: z
    .strictObject({
      count: z.int().min(0),
      first: z.array(z.strictObject({ path: z.string(), why: z.string() })).max(20),
    })
    .meta({ description: 'Links, large files, and files with names that cannot be taken.' }),
  problem: z.string().nullable(),
})

export const Collected = z
  .strictObject({
    schema: z.literal('backprop/collect/v1'),
    collectedAt: z.iso.datetime(),
    platform: z.string(),
    before: z.iso.datetime().nullable(),
    submissions: z.array(Submission),
    unmatched: z
      .array(z.strictObject({ source: z.string(), why: z.string() }))
      .meta({ description: 'Parts of the download that belong to no student of the roster, or to several.' }),
  })
  .meta({ title: 'Backprop Labs: what was collected' })

export type Collected = z.infer<typeof Collected>
export type CollectedSubmission = Collected['submissions'][number]

/** The JSON Schema of `collect.json` (draft 2020-12). */
export const collectedJsonSchema = (): object => z.toJSONSchema(Collected)

export const COLLECTED = 'collect.json'

/** Null if there is none. Throws UsageError if it is not ours. */
export async function readCollected(folder: string): Promise<Collected | null> {
  const file = join(folder, COLLECTED)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  try {
    return Collected.parse(JSON.parse(text))
  } catch {
    throw new UsageError(`"${file}" was not written by "grade collect". Move it away to start over.`)
  }
}

export const writeCollected = (folder: string, collected: Collected): Promise<void> =>
  writeWhole(join(folder, COLLECTED), safeJson(collected))
