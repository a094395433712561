import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '@backprop/files'
import { z } from 'zod'
import type { Spot } from './current.ts'

/** Where the student was last, so that `pnpm lab` goes on there. It lies beside all labs, where git does not look. */
const Here = z.object({ lab: z.string(), exercise: z.string() })

const fileOf = (root: string): string => join(root, '.cache', 'here.json')

/** Nothing where the file is not there, or is not what it should be. */
export async function readHere(root: string): Promise<z.infer<typeof Here> | undefined> {
  try {
    return Here.parse(JSON.parse(await readFile(fileOf(root), 'utf8')))
  } catch {
    return undefined
  }
}

/** Where it cannot be written, the next command begins elsewhere; that is no reason to refuse this one. */
export const writeHere = (root: string, { lab, exercise }: Spot): Promise<void> =>
  writeWhole(fileOf(root), `${JSON.stringify({ lab: lab.manifest.id, exercise }, null, 2)}\n`).catch(() => {})
