import { stat } from 'node:fs/promises'
import type { Lab } from '@backprop/course'
import { Refused, takeIn as takeFiles, Unreadable, type Submission } from '@backprop/course/intake'
import { GraderFault, UsageError } from '../errors.ts'
import { notOfThisLab } from './belongs.ts'

/** What was handed in for a lab. Throws `Refused` also if the files belong to another lab. */
export async function takeLabIn(folder: string, lab: Lab): Promise<Submission> {
  const { id, edit } = lab.manifest
  const submission = await takeIn(folder, id, edit)
  const why = await notOfThisLab(folder, lab, submission)
  if (why !== null) throw new Refused(`No file of ${id} is there: ${why}`, 'missing')
  return submission
}

/**
 * What the course's `takeIn` takes from a folder. A missing folder is the user's mistake, and a file that cannot
 * be read here is not the student's fault.
 */
export async function takeIn(folder: string, labId: string, edit: readonly string[]): Promise<Submission> {
  const given = await stat(folder).catch(() => null)
  if (!given?.isDirectory()) throw new UsageError(`There is no folder "${folder}". Give the folder of a submission.`)
  try {
    return await takeFiles(folder, labId, edit)
  } catch (error) {
    if (error instanceof Unreadable) throw new GraderFault(error.message)
    throw error
  }
}
