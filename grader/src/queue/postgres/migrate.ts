import { PgBoss } from 'pg-boss'
import { UsageError } from '../../errors.ts'
import type { Database, Statements } from './database.ts'
import { MIGRATIONS } from './migrations.ts'

/** The schema of the library's tables; ours are in the schema `backprop`. */
export const BOSS_SCHEMA = 'backprop_boss'

/** Any number will do that other programs in this database do not use: those of its holders wait for each other. */
const MIGRATING = 7_203_114_895

/** Makes or updates all tables; the role needs the right to create schemas. `upTo` is for tests of an older version. */
export async function migrate(database: Database, upTo = MIGRATIONS.length): Promise<void> {
  await database.transaction(async statements => {
    await statements.rows('SELECT pg_advisory_xact_lock($1)', [MIGRATING])
    await statements.executeSql(
      'CREATE SCHEMA IF NOT EXISTS backprop; CREATE TABLE IF NOT EXISTS backprop.version (number integer PRIMARY KEY)',
    )
    const version = await versionIn(statements)
    if (version > MIGRATIONS.length) throw new UsageError(otherVersion(database, version))
    for (let next = version + 1; next <= upTo; next++) {
      await statements.executeSql(MIGRATIONS[next - 1])
      await statements.rows('INSERT INTO backprop.version (number) VALUES ($1)', [next])
    }
  })
  const boss = new PgBoss({ db: database, ...inBackground(database, false), migrate: true })
  await boss.start()
  await boss.stop({ close: false, graceful: false })
}

/** Rejects with `UsageError` if the tables are not those of this version. */
export async function requireVersion(database: Database): Promise<void> {
  const [{ exists }] = await database.rows<{ exists: boolean }>(
    "SELECT to_regclass('backprop.version') IS NOT NULL AS exists",
  )
  const version = exists ? await versionIn(database) : 0
  if (version !== MIGRATIONS.length) throw new UsageError(otherVersion(database, version))
}

async function versionIn(statements: Statements): Promise<number> {
  const [{ version }] = await statements.rows<{ version: number }>(
    'SELECT coalesce(max(number), 0) AS version FROM backprop.version',
  )
  return version
}

function otherVersion({ name }: Database, version: number): string {
  const here = `${name}: expected version ${MIGRATIONS.length} of the tables`
  if (version === 0) return `${here}, got none. Start "pnpm grade class --database" first: it makes them.`
  const newer = version > MIGRATIONS.length
  return `${here}, got ${version}. ${newer ? 'Update the course here.' : 'Start "pnpm grade class --database" with this course first: it updates them.'}`
}

/** Settings of the library that all its users share. */
export const inBackground = ({ isEmbedded }: Database, supervise: boolean) => ({
  schema: BOSS_SCHEMA,
  backend: isEmbedded ? ('pglite' as const) : ('postgres' as const),
  schedule: false,
  supervise,
  registerInstance: false,
})
