import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from './cable.ts'

/** The folder of PostgreSQL's programs; null if it is not installed. */
export const POSTGRES = findPrograms()

function findPrograms(): string | null {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const config = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' })
  const folders = [...versions.map(version => join(debian, version, 'bin')), config.stdout?.trim() ?? '']
  return folders.find(folder => existsSync(join(folder, 'initdb'))) ?? null
}

/** Runs a program until it ends, or until the process that started it is gone, after a test that took too long. */
const UNTIL_PARENT_ENDS =
  'exec 3<&0; "$0" "$@" & server=$!; (cat <&3; kill -QUIT $server) & guard=$!; wait $server; kill $guard'

/** A PostgreSQL with its own data, on a free port of this machine, that can be killed and started again. */
export class TestServer {
  readonly port: number
  readonly folder: string
  readonly #user = userForServer()
  #process: ChildProcess | null = null

  private constructor(folder: string, port: number) {
    this.folder = folder
    this.port = port
  }

  static async start(): Promise<TestServer> {
    const server = new TestServer(mkdtempSync(join(tmpdir(), 'backprop-postgres-')), await freePort())
    const { uid, gid } = server.#user
    if (uid !== undefined && gid !== undefined) chownSync(server.folder, uid, gid)
    const options = [
      '-D',
      join(server.folder, 'data'),
      '-U',
      'owner',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-locale',
      '--no-sync',
    ]
    execFileSync(join(String(POSTGRES), 'initdb'), options, { ...server.#user, cwd: server.folder, stdio: 'pipe' })
    await server.restart()
    return server
  }

  /** The address of one of its databases. */
  url(database: string, { user = 'owner', port = this.port } = {}): string {
    return `postgres://${user}@127.0.0.1:${port}/${database}`
  }

  /** Runs statements as a superuser. */
  async sql(text: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
    const client = new pg.Client(this.url(database))
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(text)).rows
    } finally {
      await client.end()
    }
  }

  /** Starts it, after a crash too. What a killed server leaves behind keeps the next one waiting for a moment. */
  async restart(): Promise<void> {
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'max_connections=200']
    for (let attempt = 0; attempt < 100; attempt++) {
      const server = spawn(
        'sh',
        [
          ...['-c', UNTIL_PARENT_ENDS, join(String(POSTGRES), 'postgres'), '-D', join(this.folder, 'data')],
          ...['-p', String(this.port), ...settings.flatMap(setting => ['-c', setting])],
        ],
        { ...this.#user, cwd: this.folder, stdio: ['pipe', 'ignore', 'ignore'] },
      )
      this.#process = server
      while (server.exitCode === null && server.signalCode === null) {
        if (await this.#answers()) return
        await sleep(50)
      }
      await sleep(100)
    }
    throw new Error('PostgreSQL does not start.')
  }

  async #answers(): Promise<boolean> {
    const data = join(this.folder, 'data')
    return this.sql('SHOW data_directory').then(
      ([row]) => row.data_directory === data,
      () => false,
    )
  }

  /** Ends it at once: SIGKILL as a crash would, SIGQUIT without tidying up, SIGINT in order. */
  async end(signal: 'SIGKILL' | 'SIGQUIT' | 'SIGINT'): Promise<void> {
    const server = this.#process
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    const ended = new Promise(resolve => server.once('exit', resolve))
    process.kill(Number(readFileSync(join(this.folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]), signal)
    await ended
  }

  async stop(): Promise<void> {
    await this.end('SIGINT')
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Makes a role that has to show its password. */
  async makeRole(name: 'careful' | 'quiet', password: 'secret' | 'pass:word'): Promise<void> {
    await this.sql(`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`)
    const file = join(this.folder, 'data', 'pg_hba.conf')
    writeFileSync(file, `host all ${name} 127.0.0.1/32 scram-sha-256\n${readFileSync(file, 'utf8')}`)
    await this.sql('SELECT pg_reload_conf()')
  }

  /** A certificate for 127.0.0.1 that it shows from now on; resolves to the file that a client must trust. */
  async useTls(): Promise<string> {
    const [key, certificate] = ['key', 'crt'].map(ending => join(this.folder, 'data', `server.${ending}`))
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, '-keyout', key, '-out', certificate],
      { stdio: 'pipe' },
    )
    const trusted = join(this.folder, 'root.crt')
    writeFileSync(trusted, readFileSync(certificate))
    const { uid, gid } = this.#user
    if (uid !== undefined && gid !== undefined) for (const file of [key, certificate]) chownSync(file, uid, gid)
    chmodSync(key, 0o600)
    await this.sql('ALTER SYSTEM SET ssl = on')
    await this.sql('SELECT pg_reload_conf()')
    return trusted
  }
}

/** PostgreSQL refuses to run as root: then it runs as its own user, or as one without rights. */
function userForServer(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'))
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  return { uid: Number(user?.[2] ?? 65534), gid: Number(user?.[3] ?? 65534) }
}
