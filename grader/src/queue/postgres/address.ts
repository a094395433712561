import { readFileSync } from 'node:fs'
import { type ConnectionOptions } from 'node:tls'
import { safeLine } from '@backprop/safe-text'
import { UsageError } from '../../errors.ts'

/** Where a database is: a PostgreSQL server, or an embedded one in a folder or (without a folder) in memory. */
export type Address = ServerAddress | { readonly kind: 'embedded'; readonly folder: string | null }

export interface ServerAddress {
  readonly kind: 'server'
  /** A name, an IP address, or the folder of a Unix socket. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  /** Without one, it comes from PGPASSWORD or from ~/.pgpass. */
  readonly password?: string
  readonly ssl: false | ConnectionOptions
}

const FORM = 'postgres://USER@HOST:PORT/DATABASE, or pglite:FOLDER for an embedded one'

/** Reads `--database`. Throws `UsageError`, which never quotes the text: it may contain a password. */
export function addressOf(text: string): Address {
  if (text.startsWith('pglite:')) return { kind: 'embedded', folder: text.slice('pglite:'.length) || null }
  const url = URL.parse(text)
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol))
    throw new UsageError(`The address of the database is not valid: expected ${FORM}.`)
  const { searchParams } = url
  const host = searchParams.get('host') ?? decoded(url.hostname.replace(/^\[|\]$/g, ''))
  const user = decoded(url.username) || searchParams.get('user')
  if (!host || !user)
    throw new UsageError(`The address of the database has no ${host ? 'user' : 'host'}: expected ${FORM}.`)
  return {
    kind: 'server',
    host,
    port: Number(url.port || 5432),
    database: decoded(url.pathname.slice(1)) || user,
    user,
    ...(url.password && { password: decoded(url.password) }),
    ssl: tlsFor(host, searchParams),
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new UsageError('The address of the database is not valid: write % as %25 in its user and password.')
  }
}

/** Traffic that stays on this machine needs no encryption. */
const isLocal = (host: string): boolean =>
  host.startsWith('/') || host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)

/** The modes of libpq that mean one thing. "prefer" and "allow" may be unencrypted, and would hide that. */
const SSL_MODES: Readonly<Record<string, false | ConnectionOptions>> = {
  disable: false,
  require: { rejectUnauthorized: false },
  'verify-ca': { checkServerIdentity: () => undefined },
  'verify-full': {},
}

function tlsFor(host: string, parameters: URLSearchParams): false | ConnectionOptions {
  const mode = parameters.get('sslmode') ?? (isLocal(host) ? 'disable' : 'verify-full')
  if (!Object.hasOwn(SSL_MODES, mode))
    throw new UsageError(
      `The address of the database: sslmode must be one of ${Object.keys(SSL_MODES).join(', ')}, and is "${safeLine(mode, 40)}".`,
    )
  const options = SSL_MODES[mode]
  const root = parameters.get('sslrootcert')
  return options && root ? { ...options, ca: certificate(root) } : options
}

function certificate(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`sslrootcert names the file "${file}", which cannot be read (${code}).`)
  }
}

/** An address for messages: without its password. */
export const nameOf = (address: Address): string =>
  address.kind === 'server'
    ? `${address.user}@${address.host}:${address.port}/${address.database}`
    : `the embedded database ${address.folder ?? 'in memory'}`
