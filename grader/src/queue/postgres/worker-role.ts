import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createWhole } from '@backprop/files'
import { UsageError } from '../../errors.ts'
import { addressOf } from './address.ts'
import { type Database, openDatabase } from './database.ts'
import { faultOf, isForbidden } from './faults.ts'
import { allowWorker, migrate } from './migrate.ts'

export interface RoleOptions {
  /** Of a role that may make the tables and the role. */
  readonly address: string
  /** The role for workers; only the tables are made without one. */
  readonly role?: string
  /** A file for the password of a new role, in the form of ~/.pgpass. */
  readonly passfile?: string
}

/** Makes the tables of a queue, and the role of its workers. Resolves to what was done, a line each. */
export async function initQueue({ address, role, passfile }: RoleOptions): Promise<string[]> {
  const database = await openDatabase(address)
  try {
    await migrate(database)
    const tables = `The tables are in ${database.name}.`
    if (role === undefined) return [tables]
    const isThere = await hasRole(database, role)
    if (isThere && passfile !== undefined && !existsSync(passfile))
      throw new UsageError(
        `There is a role "${role}" already, and its password cannot be read: leave out --passfile, or name another role.`,
      )
    const made = isThere ? [] : await makeRole(database, { address, role, passfile })
    await allowWorker(database, role)
    return [tables, ...made, `The role "${role}" may take and finish jobs, and nothing else.`]
  } finally {
    await database.close()
  }
}

async function hasRole(database: Database, role: string): Promise<boolean> {
  return (await database.rows('SELECT FROM pg_roles WHERE rolname = $1', [role])).length > 0
}

/** The password is written to the file alone, and the server gets only what it takes to check it. */
async function makeRole(
  database: Database,
  { address, role, passfile }: RoleOptions & { readonly role: string },
): Promise<string[]> {
  if (passfile === undefined)
    throw new UsageError(
      `There is no role "${role}". Name a file with --passfile to make it: its password will be there, for PGPASSFILE.`,
    )
  const server = addressOf(address)
  if (server.kind === 'embedded') throw new UsageError('An embedded database has no roles: leave out --role.')
  const password = randomBytes(24).toString('base64url')
  const line = [server.host, String(server.port), server.database, role, password].map(escaped).join(':')
  if (!(await createWhole(passfile, `${line}\n`, 0o600)))
    throw new UsageError(`There is a file "${passfile}" already. Name another one with --passfile.`)
  try {
    const [{ statement }] = await database.rows<{ statement: string }>(
      "SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', $1::text, $2::text) AS statement",
      [role, verifierOf(password)],
    )
    await database.rows(statement)
  } catch (error) {
    await rm(passfile, { force: true })
    if (!isForbidden(error)) throw error
    throw new UsageError(
      `This role may not make others (${faultOf(error)}). Ask for one that can log in, with no other rights: ` +
        `CREATE ROLE "${role.replaceAll('"', '""')}" LOGIN. Then run this again.`,
    )
  }
  return [`Made the role "${role}". Its password is in ${passfile}: give workers that file as PGPASSFILE.`]
}

const escaped = (field: string): string => field.replace(/[:\\]/g, '\\$&')

/** What a server stores to check a password by SCRAM-SHA-256 (RFC 5803), so that the password never gets there. */
function verifierOf(password: string): string {
  const [salt, iterations] = [randomBytes(16), 4096]
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest()
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${keyed('Server Key').toString('base64')}`
}
