import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolders } from '@backprop/files'

/** The paths in the folder of reports. */
export interface OutputPaths {
  readonly root: string
  /** One folder per student, ready to send. */
  readonly students: string
  /** Only for the instructor. */
  readonly logs: string
  readonly cache: string
  /** What is being written. */
  readonly staging: string
  readonly journal: string
}

/** Makes missing folders, and removes what a killed run left half written. Needs the lock. */
export async function makeOutputPaths(root: string): Promise<OutputPaths> {
  const [students, logs, cache, staging] = ['students', 'logs', 'cache', '.staging'].map(name => join(root, name))
  await rm(staging, { recursive: true, force: true })
  for (const folder of [students, logs, cache, staging]) await makeFolders(folder)
  return { root, students, logs, cache, staging, journal: journalOf(root) }
}

/** The journal in a folder of reports. */
export const journalOf = (root: string): string => join(root, 'journal.jsonl')
