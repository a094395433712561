import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '../../src/queue/postgres/database.ts'
import { idOf } from '../../src/queue/postgres/jobs.ts'
import { PostgresGrades } from '../../src/queue/postgres/postgres-grades.ts'
import { Cable } from './cable.ts'
import { queueContract } from './contract.ts'
import { gradeFor, jobOf } from './jobs.ts'
import { POSTGRES, TestServer } from './server.ts'

const NEVER = new AbortController().signal

describe.skipIf(POSTGRES === null)(
  'with a PostgreSQL server (skipped without one: install Debian’s "postgresql")',
  () => {
    let server: TestServer
    beforeAll(async () => (server = await TestServer.start()))
    afterAll(() => server.stop())

    queueContract('a PostgreSQL server', async () => {
      await server.sql('DROP DATABASE IF EXISTS contract')
      await server.sql('CREATE DATABASE contract')
      return openDatabase(server.url('contract'))
    })

    it('leaves nothing behind of a job that is asked for while a worker finishes it', async () => {
      await server.sql('CREATE DATABASE contested')
      const [here, there] = [await openDatabase(server.url('contested')), await openDatabase(server.url('contested'))]
      const [grades, others] = [await PostgresGrades.open(here), await PostgresGrades.open(there)]
      const job = jobOf('contested')
      const id = idOf(job.key)
      const first = grades.of(job, NEVER)
      const fetched = () => here.rows("UPDATE backprop_boss.job SET state = 'active' WHERE id = $1 RETURNING id", [id])
      await expect.poll(fetched, { timeout: 60_000 }).toHaveLength(1)
      await here.rows("SELECT backprop.take($1, 0, 'one')", [id])
      const second = await here.transaction(async statements => {
        await statements.rows('SELECT backprop.finish($1, 0, $2, NULL)', [id, JSON.stringify(gradeFor(job))])
        const answer = others.of(job, NEVER)
        const waiting = () =>
          server.sql(
            "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO backprop.job%'",
          )
        await expect.poll(waiting, { timeout: 60_000 }).toHaveLength(1)
        return { answer }
      })
      for (const answer of [first, second.answer]) expect(await answer).toMatchObject(gradeFor(job))
      expect(await here.rows('SELECT key FROM backprop.job')).toEqual([])
      for (const opened of [grades, others, here, there]) await opened.close()
    })

    it('says what is wrong with an address', async () => {
      const secret = server.url('postgres').replace('owner@', 'owner:secret@')
      const fails = async (url: string, why: RegExp) => {
        const failure = await openDatabase(url).then(String, String)
        expect(failure).toMatch(why)
        expect(failure).not.toContain('secret')
      }
      await fails(
        secret.replace(`:${server.port}/`, ':1/'),
        /^UsageError: No connection to owner@127.*ECONNREFUSED.*Is it running/,
      )
      await fails(
        secret.replace('/postgres', '/other'),
        /database "other" does not exist \(3D000\)\. Its name is misspelt, or it has to be made first: createdb NAME/,
      )
      await fails(secret.replace('owner:', 'someone:'), /role "someone" does not exist/)
      await server.makeRole('careful', 'secret')
      const careful = server.url('postgres', { user: 'careful' })
      await fails(careful, /careful@127.* asks for a password\. Put it into PGPASSWORD, or into ~\/\.pgpass\./)
      await fails(careful.replace('@', ':secret1@'), /password authentication failed for user "careful" \(28P01\)/)
      await (await openDatabase(careful.replace('@', ':secret@'))).close()
      await fails(`${secret}?sslmode=verify-full`, /does not support SSL/)
    })

    it('finds the password where psql does, and prints nothing about it', async () => {
      await server.makeRole('quiet', 'pass:word')
      const passfile = join(server.folder, 'passfile')
      writeFileSync(passfile, `# workers\n127.0.0.1:*:postgres:quiet:pass\\:word\n`, { mode: 0o600 })
      const warnings: Error[] = []
      const note = (warning: Error) => void warnings.push(warning)
      process.on('warning', note)
      for (const [name, value] of [
        ['PGPASSFILE', passfile],
        ['PGPASSWORD', 'pass:word'],
      ]) {
        vi.stubEnv(name, value)
        await (await openDatabase(server.url('postgres', { user: 'quiet' }))).close()
        vi.unstubAllEnvs()
      }
      process.off('warning', note)
      expect(warnings).toEqual([])
    })

    it('closes although the network has fallen silent', async () => {
      const cable = await Cable.to(server.port)
      const database = await openDatabase(server.url('postgres', { port: cable.port }))
      const statement = database.rows('SELECT pg_sleep(100)')
      const running = () =>
        server.sql("SELECT FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(100)'")
      await expect.poll(running, { timeout: 60_000 }).toHaveLength(1)
      cable.silence()
      const closed = database.close()
      await expect(statement).rejects.toThrow('Connection terminated')
      await closed
      await cable.cut()
    })

    it('believes a server only if its certificate is signed by a known authority', async () => {
      const trusted = await server.useTls()
      const [url, untrusted] = [
        server.url('postgres'),
        /^UsageError: No connection to .*self-signed certificate.*sslrootcert/,
      ]
      expect(await openDatabase(`${url}?sslmode=verify-full`).then(String, String)).toMatch(untrusted)
      const database = await openDatabase(`${url}?sslmode=verify-full&sslrootcert=${trusted}`)
      const [row] = await database.rows<{ ssl: boolean }>('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
      expect(row.ssl).toBe(true)
      await database.close()
    })
  },
)
