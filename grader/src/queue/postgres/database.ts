import { Socket } from 'node:net'
import { type PGlite, type PGliteInterface, type Transaction } from '@electric-sql/pglite'
import pg from 'pg'
import pgpass from 'pgpass'
import { UsageError } from '../../errors.ts'
import { type Address, addressOf, nameOf, type ServerAddress } from './address.ts'
import { faultOf, isNoDatabase, isPassing } from './faults.ts'

/** Runs statements. `executeSql` is what the queue's library asks for. */
export interface Statements {
  /** Rows of one statement, whose values are parameters: a statement is never composed from data. */
  rows<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

/** A database of either kind. */
export interface Database extends Statements {
  readonly name: string
  readonly isEmbedded: boolean
  /** Commits when `work` resolves, and rolls back when it rejects. */
  transaction<T>(work: (statements: Statements) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Opens the database at an address of `--database`. Rejects with `UsageError` if there is none, or it refuses us. */
export async function openDatabase(text: string): Promise<Database> {
  const address = addressOf(text)
  const database = address.kind === 'server' ? new Server(address) : await Embedded.open(address.folder)
  try {
    await database.rows('SELECT 1')
    return database
  } catch (error) {
    await database.close()
    throw unreachable(address, error)
  }
}

function unreachable(address: Address, error: unknown): Error {
  if (error instanceof UsageError) return error
  const advice = isPassing(error)
    ? 'Is it running, and may this machine connect to it?'
    : isNoDatabase(error)
      ? 'Its name is misspelt, or it has to be made first: createdb NAME, or CREATE DATABASE in psql.'
      : 'Check the address, the password and, for TLS, sslmode and sslrootcert.'
  return new UsageError(`No connection to ${nameOf(address)}: ${faultOf(error)}. ${advice}`)
}

/** How long closing may take. */
const CLOSE_MS = 2000

/** How long a connection may be silent: one that was cut without a word is noticed then. */
const CONNECTIONS = {
  // A server has 97 by default for all machines together.
  max: 2,
  connectionTimeoutMillis: 10_000,
  query_timeout: 30_000,
  idle_in_transaction_session_timeout: 20_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
}

class Server implements Database {
  readonly name: string
  readonly isEmbedded = false
  readonly #pool: pg.Pool
  readonly #sockets = new Set<Socket>()

  constructor({ kind: _, ...address }: ServerAddress) {
    this.name = nameOf({ kind: 'server', ...address })
    const stream = () => this.#socket()
    const password = () => passwordFor(address)
    this.#pool = new pg.Pool({ ...address, password, ...CONNECTIONS, stream, application_name: 'backprop' })
    // An idle connection that breaks leaves the pool by itself; the next statement gets a new one.
    this.#pool.on('error', () => {})
  }

  async rows<Row>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    return (await this.#pool.query(text, values?.slice())).rows as Row[]
  }

  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
    return this.#pool.query(text, values)
  }

  async transaction<T>(work: (statements: Statements) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect()
    let failure: Error | undefined
    const onError = (error: Error) => (failure = error)
    client.on('error', onError)
    try {
      await client.query('BEGIN')
      const result = await work({
        rows: async (text, values) => (await client.query(text, values?.slice())).rows as never,
        executeSql: (text, values) => client.query(text, values),
      })
      await client.query('COMMIT')
      return result
    } catch (error) {
      failure = error as Error
      throw error
    } finally {
      client.off('error', onError)
      // Closing the connection of a failed transaction rolls it back.
      client.release(failure)
    }
  }

  #socket(): Socket {
    const socket = new Socket()
    this.#sockets.add(socket)
    return socket.once('close', () => this.#sockets.delete(socket))
  }

  /** A server that does not answer any more keeps nothing open. */
  async close(): Promise<void> {
    const destroy = () => {
      for (const socket of this.#sockets) socket.destroy()
    }
    const timer = setTimeout(destroy, CLOSE_MS)
    await this.#pool.end()
    clearTimeout(timer)
    destroy()
  }
}

/** The password for a server that asks for one. node-postgres reads those files too, but warns of it on stderr. */
async function passwordFor(address: Omit<ServerAddress, 'kind'>): Promise<string> {
  const password = address.password ?? process.env.PGPASSWORD ?? (await inPassfile(address))
  if (password !== undefined) return password
  throw new UsageError(
    `${nameOf({ kind: 'server', ...address })} asks for a password. Put it into PGPASSWORD, or into ~/.pgpass.`,
  )
}

const inPassfile = (address: Omit<ServerAddress, 'kind'>): Promise<string | undefined> =>
  new Promise(resolve => pgpass(address, resolve))

/** PostgreSQL as a library: for tests, and for trying the commands without a server. Only one process can open it. */
class Embedded implements Database {
  readonly name: string
  readonly isEmbedded = true
  readonly #pglite: PGlite

  private constructor(pglite: PGlite, folder: string | null) {
    this.#pglite = pglite
    this.name = nameOf({ kind: 'embedded', folder })
  }

  static async open(folder: string | null): Promise<Embedded> {
    // Only those who use it wait for it: it takes a second to load.
    const { PGlite } = await import('@electric-sql/pglite')
    return new Embedded(await PGlite.create(folder ?? 'memory://'), folder)
  }

  rows<Row>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    return rowsOf<Row>(this.#pglite, text, values)
  }

  /** Several statements that fail half-way leave no transaction open, as on a server, where they have a connection. */
  async executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
    try {
      return await executed(this.#pglite, text, values)
    } catch (error) {
      await this.#pglite.exec('ROLLBACK').catch(() => {})
      throw error
    }
  }

  transaction<T>(work: (statements: Statements) => Promise<T>): Promise<T> {
    return this.#pglite.transaction(transaction =>
      work({
        rows: (text, values) => rowsOf(transaction, text, values),
        executeSql: (text, values) => executed(transaction, text, values),
      }),
    )
  }

  async close(): Promise<void> {
    await this.#pglite.close()
  }
}

type Session = Transaction | PGliteInterface

async function rowsOf<Row>(session: Session, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  return (await session.query<Row>(text, values.slice())).rows
}

/** Only a text without parameters may have several statements. */
async function executed(session: Session, text: string, values: unknown[] = []): Promise<{ rows: unknown[] }> {
  if (values.length > 0) return session.query<unknown>(text, values)
  return { rows: (await session.exec(text)).flatMap(({ rows }) => rows) }
}
