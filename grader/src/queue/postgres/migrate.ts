import { UsageError } from '../../errors.ts'
import { startBoss, stopBoss } from './boss.ts'
import type { Database, Statements } from './database.ts'
import { faultOf, isForbidden, isPassing } from './faults.ts'
import { MIGRATIONS } from './migrations.ts'

/** Any number will do that other programs in this database do not use: those of its holders wait for each other. */
const MIGRATING = 7_203_114_895

/** Makes or updates all tables. Rejects with `UsageError` if the role has no right to. */
export async function migrate(database: Database): Promise<void> {
  try {
    await makeTables(database)
  } catch (error) {
    if (isPassing(error))
      throw new UsageError(
        `${database.name}: the tables cannot be made or updated now (${faultOf(error)}). Is another process doing that? Try again.`,
      )
    if (!isForbidden(error)) throw error
    throw new UsageError(
      `${database.name}: this role may not make or change the tables (${faultOf(error)}). Use the one that owns them.`,
    )
  }
}

async function makeTables(database: Database): Promise<void> {
  // Tables that are up to date need no lock, which anyone who can log in could keep.
  if ((await presentVersion(database)) !== MIGRATIONS.length) await makeOwnTables(database)
  await stopBoss(await startBoss(database, { migrate: true }))
  // What the library's new version reads, workers must be allowed to read.
  await database.rows(
    'SELECT backprop.allow_worker(allowed.name) FROM backprop.allowed_role allowed JOIN pg_roles ON rolname = allowed.name',
  )
}

/** Only our tables; `upTo` is for tests of an older version. */
export async function makeOwnTables(database: Database, upTo = MIGRATIONS.length): Promise<void> {
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
}

/** Lets a role that can log in do what workers do, and no more. It must exist, and not be the owner of the tables. */
export async function allowWorker(database: Database, role: string): Promise<void> {
  await migrate(database)
  const [found] = await database.rows<{ isMighty: boolean }>(
    'SELECT rolsuper OR rolname = current_user AS "isMighty" FROM pg_roles WHERE rolname = $1',
    [role],
  )
  if (!found)
    throw new UsageError(
      `${database.name} has no role "${role}". Make it with "pnpm grade queue init --role … --passfile …".`,
    )
  if (found.isMighty)
    throw new UsageError(`The role "${role}" can do everything here already: give workers another one.`)
  await database.rows('SELECT backprop.allow_worker($1)', [role])
}

/** Rejects with `UsageError` if the tables are not those of this version, or this role may not use them. */
export async function requireVersion(database: Database): Promise<void> {
  const version = await presentVersion(database).catch((error: unknown) => {
    if (!isForbidden(error)) throw error
    throw new UsageError(
      `${database.name}: this role may not work here (${faultOf(error)}). Allow it with "pnpm grade queue init --role".`,
    )
  })
  if (version !== MIGRATIONS.length) throw new UsageError(otherVersion(database, version))
}

async function presentVersion(database: Database): Promise<number> {
  const [{ exists }] = await database.rows<{ exists: boolean }>(
    "SELECT to_regclass('backprop.version') IS NOT NULL AS exists",
  )
  return exists ? versionIn(database) : 0
}

async function versionIn(statements: Statements): Promise<number> {
  const [{ version }] = await statements.rows<{ version: number }>(
    'SELECT coalesce(max(number), 0) AS version FROM backprop.version',
  )
  return version
}

function otherVersion({ name }: Database, version: number): string {
  const here = `${name}: expected version ${MIGRATIONS.length} of the tables`
  if (version === 0) return `${here}, got none. "pnpm grade queue init" makes them.`
  const newer = version > MIGRATIONS.length
  return `${here}, got ${version}. ${newer ? 'Update the course here.' : '"pnpm grade queue init" with this course updates them.'}`
}
