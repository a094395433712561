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
  /** Earlier gradings, a folder per student; only for the instructor. */
  readonly history: string
  readonly cache: string
  /** What is being written. */
  readonly staging: string
  readonly journal: string
}

/** Makes missing folders, and removes what a killed run left half written. Needs the lock. */
export async function makeOutputPaths(root: string): Promise<OutputPaths> {
  const names = ['students', 'logs', 'history', 'cache', '.staging']
  const [students, logs, history, cache, staging] = names.map(name => join(root, name))
  await rm(staging, { recursive: true, force: true })
  for (const folder of [students, logs, history, cache, staging]) await makeFolders(folder)
  return { root, students, logs, history, cache, staging, journal: journalOf(root) }
}

/** The journal in a folder of reports. */
export const journalOf = (root: string): string => join(root, 'journal.jsonl')
