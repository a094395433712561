import { stat } from 'node:fs/promises'
import { takeIn as takeFiles, type Submission } from '@backprop/course/intake'
import { UsageError } from '../errors.ts'

/** What `takeIn` of the course takes out of a folder; that there is none is a mistake at the keyboard. */
export async function takeIn(folder: string, labId: string, edit: readonly string[]): Promise<Submission> {
  const given = await stat(folder).catch(() => null)
  if (!given?.isDirectory()) throw new UsageError(`There is no folder "${folder}". Give the folder of a submission.`)
  return takeFiles(folder, labId, edit)
}
