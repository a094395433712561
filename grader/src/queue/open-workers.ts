import type { KeyObject } from 'node:crypto'
import type { Lab } from '@backprop/course'
import { keyId } from '../signing/keys.ts'
import { type Database, openDatabase } from './postgres/database.ts'
import { PostgresGrades } from './postgres/postgres-grades.ts'
import { type QueueState, queueState } from './postgres/queue-state.ts'
import { AbilitiesJson, type Connected, type Workers } from './workers.ts'

interface OpenWorkers extends Workers {
  readonly close: () => Promise<void>
}

interface WorkersOptions {
  /** The labs that are graded: a grade with other tests or points does not count. */
  readonly labs: readonly Lab[]
  /** Only grades that were signed with it count; null trusts all workers. */
  readonly trusted: KeyObject | null
  /** Gets a line when the database is gone, and when it is back. */
  readonly say: (line: string) => void
}

/** The workers at an address of `--database`. */
export async function openWorkers(address: string, options: WorkersOptions): Promise<OpenWorkers> {
  const database = await openDatabase(address)
  try {
    const workers = await workersOf(database, options)
    const close = () => workers.close().then(() => database.close())
    return { ...workers, close }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** The workers of a database, whose tables are made or updated; it stays open when they are closed. */
export async function workersOf(database: Database, { labs, trusted, say }: WorkersOptions): Promise<OpenWorkers> {
  const grades = await PostgresGrades.open(database, {
    trusted,
    scaleOf: id => labs.find(({ manifest }) => manifest.id === id)?.manifest ?? null,
    onTrouble: why => say(`The database cannot be reached (${why}). Grading continues when it is back.`),
    onBack: () => say('The database is back.'),
  })
  return {
    grades,
    signer: trusted && keyId(trusted),
    connected: async () => connectedIn(await queueState(database)),
    close: () => grades.close(),
  }
}

/** The workers that live: they were heard of lately, or have a job. */
export function connectedIn({ workers, running }: Pick<QueueState, 'workers' | 'running'>): Connected[] {
  const busy = new Set(running.map(({ worker }) => worker))
  return workers.flatMap(({ name, about, isHeard }) => {
    const able = AbilitiesJson.safeParse(about)
    return able.success && (isHeard || busy.has(name)) ? [{ name, able: able.data }] : []
  })
}
