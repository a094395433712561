import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UsageError } from '../../src/errors.ts'
import { type Database, openDatabase } from '../../src/queue/postgres/database.ts'
import { idOf, queueFor } from '../../src/queue/postgres/jobs.ts'
import { allowWorker } from '../../src/queue/postgres/migrate.ts'
import { PostgresGrades } from '../../src/queue/postgres/postgres-grades.ts'
import { serve } from '../../src/queue/postgres/serve.ts'
import { gradeFor, jobOf } from './jobs.ts'
import { POSTGRES, TestServer } from './server.ts'

const NEVER = new AbortController().signal

describe.skipIf(POSTGRES === null)('the role of a worker (skipped without a PostgreSQL server)', () => {
  let server: TestServer
  let owner: Database
  let worker: Database
  let grades: PostgresGrades
  beforeAll(async () => {
    server = await TestServer.start()
    await server.sql('CREATE ROLE teacher LOGIN; CREATE ROLE "machine 1" LOGIN; CREATE ROLE machine2 LOGIN')
    await server.sql('CREATE DATABASE grades OWNER teacher')
    owner = await openDatabase(server.url('grades', { user: 'teacher' }))
    worker = await openDatabase(server.url('grades', { user: 'machine%201' }))
  })
  afterAll(async () => {
    await grades.close()
    await worker.close()
    await owner.close()
    await server.stop()
  })

  const start = (database: Database, signal: AbortSignal) =>
    serve(database, { name: 'one', about: null, refuses: () => null }, job => Promise.resolve(gradeFor(job)), {
      jobs: 1,
      signal,
      pollMs: 20,
    })

  it('must exist, and must be allowed to work by the owner of the tables', async () => {
    await expect(PostgresGrades.open(worker)).rejects.toThrow(UsageError)
    await expect(PostgresGrades.open(worker)).rejects.toThrow('this role may not make or change the tables')
    grades = await PostgresGrades.open(owner, { pollMs: 20, heartbeatSeconds: 10 })
    await expect(start(worker, NEVER)).rejects.toThrow(
      'this role may not work here (permission denied for schema backprop (42501)). Allow it with "pnpm grade queue init --role"',
    )
    await expect(allowWorker(owner, 'machine3')).rejects.toThrow(
      'has no role "machine3". Make it with "pnpm grade queue init',
    )
    for (const mighty of ['teacher', 'owner'])
      await expect(allowWorker(owner, mighty)).rejects.toThrow(`"${mighty}" can do everything here already`)
    await expect(allowWorker(worker, 'machine2')).rejects.toThrow(UsageError)
    await allowWorker(owner, 'machine 1')
    await allowWorker(owner, 'machine2')
  })

  it('grades jobs', async () => {
    const stop = new AbortController()
    const serving = start(worker, stop.signal)
    const jobs = [jobOf('a'), jobOf('b', { lab: '02' })]
    for (const job of jobs) expect(await grades.of(job, NEVER)).toEqual({ ...gradeFor(job), isNew: true })
    stop.abort()
    await serving
  })

  it.each([
    'SELECT * FROM backprop.result',
    'SELECT payload FROM backprop.job',
    'SELECT log FROM backprop.attempt',
    'SELECT * FROM backprop.worker',
    "INSERT INTO backprop.result (key, grade, worker) VALUES ('a', 'b', 'c')",
    "INSERT INTO backprop.job SELECT 'a', gen_random_uuid(), name, '' FROM backprop.queue",
    "INSERT INTO backprop.queue VALUES ('a', 'b')",
    'UPDATE backprop.queue SET demands = demands',
    'UPDATE backprop.version SET number = 1',
    "INSERT INTO backprop_boss.job_common (name) VALUES ('grade/x')",
    "INSERT INTO backprop_boss.job (name) VALUES ('grade/x')",
    'UPDATE backprop_boss.job_common SET data = NULL',
    'UPDATE backprop_boss.job_common SET name = name',
    'UPDATE backprop_boss.queue SET retry_limit = 0',
    'DELETE FROM backprop_boss.job_common',
    'TRUNCATE backprop_boss.job_common',
    "SELECT backprop.allow_worker('machine2')",
    'CREATE TABLE backprop.mine (a integer)',
    'CREATE FUNCTION backprop_boss.job_now(text) RETURNS text LANGUAGE sql AS $$SELECT $1$$',
    'SET ROLE teacher',
    'ALTER TABLE backprop.result DISABLE TRIGGER ALL',
    "COPY backprop.result TO '/results'",
  ])('cannot: %s', async statement => {
    await expect(worker.rows(statement)).rejects.toMatchObject({ code: '42501' })
  })

  it('sees the files of a job only after it has taken it, which is noted, and ends none that another role has', async () => {
    const job = jobOf('private')
    const [id, queue] = [idOf(job.key), queueFor(job.demands)]
    const aborting = new AbortController()
    const answer = grades.of(job, aborting.signal)
    const isThere = () => owner.rows('SELECT id FROM backprop.job WHERE id = $1', [id])
    await expect.poll(isThere, { timeout: 60_000 }).toHaveLength(1)
    const take = async (database: Database) =>
      (await database.rows<{ take: string | null }>("SELECT backprop.take($1, 0, 'one')", [id]))[0].take
    const finish = async (database: Database, text: string) =>
      (await database.rows<{ finish: boolean }>('SELECT backprop.finish($1, 0, $2, NULL)', [id, text]))[0].finish
    const machine2 = await openDatabase(server.url('grades', { user: 'machine2' }))
    expect(await take(worker)).toBeNull()
    expect(await finish(worker, '{}')).toBe(false)
    await worker.rows(
      "UPDATE backprop_boss.job_common SET state = 'active', heartbeat_on = now() WHERE id = $1 AND name = $2",
      [id, queue],
    )
    expect(await take(worker)).toContain('private')
    expect(await take(machine2)).toBeNull()
    expect(await finish(machine2, '{"forged":true}')).toBe(false)
    await machine2.rows("SELECT backprop.give_up($1, 0, 'never')", [id])
    expect(await owner.rows('SELECT role, log FROM backprop.attempt WHERE job = $1', [id])).toEqual([
      { role: 'machine 1', log: null },
    ])
    expect(await finish(worker, JSON.stringify(gradeFor(job)))).toBe(true)
    expect(await answer).toMatchObject({ graded: { title: 'private' } })
    expect(await take(worker)).toBeNull()
    await machine2.close()
  })

  it('can say little of itself, and not under many names', async () => {
    const hello = (name: string, about = '{}') => worker.rows('SELECT backprop.hello($1, $2)', [name, about])
    await expect(hello('x'.repeat(201))).rejects.toThrow("a worker's name has at most 200 characters")
    await expect(hello('x', JSON.stringify(['x'.repeat(20_000)]))).rejects.toThrow('have at most 20000 characters')
    await worker.rows("SELECT backprop.hello('name ' || i, '{}') FROM generate_series(1, 2000) i")
    await hello('the last one')
    const rows = await owner.rows<{ name: string }>("SELECT name FROM backprop.worker WHERE role = 'machine 1'")
    expect(rows.length).toBeLessThan(600)
    expect(rows).toContainEqual({ name: 'the last one' })
  })

  it('cannot keep a class from starting by holding the lock of those who change the tables', async () => {
    await worker.rows('SELECT pg_advisory_lock(7203114895)')
    const other = await PostgresGrades.open(owner)
    await other.close()
  })
})
