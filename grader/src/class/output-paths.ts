import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolders } from '@backprop/files'

/** Where things lie in the folder of reports. */
export interface OutputPaths {
  readonly root: string
  /** One folder per student, ready to be sent. */
  readonly students: string
  /** For the instructor alone. */
  readonly logs: string
  readonly cache: string
  /** What is being written. */
  readonly staging: string
  readonly journal: string
}

/** Makes the folders that are not there, and clears away what a run that was killed had half written. Needs the lock. */
export async function makeOutputPaths(root: string): Promise<OutputPaths> {
  const [students, logs, cache, staging] = ['students', 'logs', 'cache', '.staging'].map(name => join(root, name))
  await rm(staging, { recursive: true, force: true })
  for (const folder of [students, logs, cache, staging]) await makeFolders(folder)
  return { root, students, logs, cache, staging, journal: join(root, 'journal.jsonl') }
}
