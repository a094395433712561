import { PgBoss } from 'pg-boss'
import { UsageError } from '../../errors.ts'
import type { Database } from './database.ts'

/** The schema of the library's tables; ours are in the schema `backprop`. */
export const BOSS_SCHEMA = 'backprop_boss'

interface BossSettings {
  /** Make or update its tables. */
  readonly migrate?: boolean
  /** Notice dead workers, and delete jobs that have ended. */
  readonly supervise?: boolean
}

/** Starts the library. Rejects with `UsageError` if the tables are those of another version of it. */
export async function startBoss(
  database: Database,
  { migrate = false, supervise = false }: BossSettings = {},
): Promise<PgBoss> {
  const boss = new PgBoss({
    db: database,
    schema: BOSS_SCHEMA,
    backend: database.isEmbedded ? 'pglite' : 'postgres',
    migrate,
    supervise,
    ...(supervise && { superviseIntervalSeconds: 2, monitorIntervalSeconds: 2, maintenanceIntervalSeconds: 600 }),
    schedule: false,
    registerInstance: false,
  })
  // It goes on by itself after a broken connection, which our own statements notice and report.
  boss.on('error', () => {})
  try {
    return await boss.start()
  } catch (error) {
    await stopBoss(boss)
    if (!(error instanceof Error) || !/requires migrations|not installed/.test(error.message)) throw error
    throw new UsageError(
      `${database.name}: the tables of the queue are of another version of pg-boss. ` +
        'Bring all machines to the same commit of the course; "pnpm grade queue init" updates the tables.',
    )
  }
}

/** The database stays open. */
export const stopBoss = (boss: PgBoss): Promise<void> => boss.stop({ close: false, graceful: false })
