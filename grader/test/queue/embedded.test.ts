import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { UsageError } from '../../src/errors.ts'
import { type Database, openDatabase } from '../../src/queue/postgres/database.ts'
import { idOf, queueFor } from '../../src/queue/postgres/jobs.ts'
import { makeOwnTables, migrate, requireVersion } from '../../src/queue/postgres/migrate.ts'
import { PostgresGrades } from '../../src/queue/postgres/postgres-grades.ts'
import { serve } from '../../src/queue/postgres/serve.ts'
import { queueContract } from './contract.ts'
import { gradeFor, jobOf } from './jobs.ts'

queueContract('an embedded PostgreSQL', () => openDatabase('pglite:'))

const NEVER = new AbortController().signal

async function open(address = 'pglite:'): Promise<Database> {
  const database = await openDatabase(address)
  onTestFinished(() => database.close())
  return database
}

it('updates the tables of version 1 with what is in them', async () => {
  const database = await open()
  await makeOwnTables(database, 1)
  const [done, open1] = [jobOf('done'), jobOf('open')]
  const queue = queueFor(done.demands)
  await database.rows('INSERT INTO backprop.queue (name, demands) VALUES ($1, $2)', [
    queue,
    JSON.stringify(done.demands),
  ])
  await database.rows('INSERT INTO backprop.result (key, grade, worker) VALUES ($1, $2, $3)', [
    done.key,
    JSON.stringify(gradeFor(done)),
    'old',
  ])
  await database.rows('INSERT INTO backprop.job (key, id, queue, payload) VALUES ($1, $2, $3, $4)', [
    open1.key,
    idOf(open1.key),
    queue,
    JSON.stringify(open1),
  ])
  await database.rows("SELECT backprop.take($1, 0, 'old')", [idOf(open1.key)])
  await database.rows("SELECT backprop.hello('old', '{}')")

  const grades = await PostgresGrades.open(database, { pollMs: 20 })
  expect(await grades.of(done, NEVER)).toEqual({ ...gradeFor(done), isNew: false })
  const answer = grades.of(open1, NEVER)
  const stop = new AbortController()
  const worker = { name: 'new', about: null, refuses: () => null }
  const run = (job: typeof done) => Promise.resolve(gradeFor(job))
  const serving = serve(database, worker, run, { jobs: 1, signal: stop.signal, pollMs: 20 })
  expect(await answer).toEqual({ ...gradeFor(open1), isNew: true })
  stop.abort()
  await serving
  await grades.close()
})

it('says which tables it expects', async () => {
  const database = await open()
  const refuse = async (why: string) => {
    await expect(requireVersion(database)).rejects.toThrow(UsageError)
    await expect(requireVersion(database)).rejects.toThrow(why)
  }
  await refuse('expected version 3 of the tables, got none. "pnpm grade queue init" makes them.')
  await makeOwnTables(database, 1)
  await refuse('expected version 3 of the tables, got 1. "pnpm grade queue init" with this course updates them.')
  await database.rows('INSERT INTO backprop.version (number) VALUES (99)')
  await refuse('expected version 3 of the tables, got 99. Update the course here.')
  await expect(PostgresGrades.open(database)).rejects.toThrow('got 99. Update the course here.')
})

it('says that the library expects other tables', async () => {
  const database = await open()
  await migrate(database)
  await database.rows('UPDATE backprop_boss.version SET version = version - 1')
  const refused = serve(
    database,
    { name: 'one', about: null, refuses: () => null },
    () => Promise.reject(new Error()),
    {
      jobs: 1,
      signal: NEVER,
    },
  )
  await expect(refused).rejects.toThrow(UsageError)
  await expect(refused).rejects.toThrow(
    'another version of pg-boss. Bring all machines to the same commit of the course',
  )
})

it('keeps its data in a folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'backprop-pglite-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const address = `pglite:${join(folder, 'data')}`
  const first = await openDatabase(address)
  await first.executeSql('CREATE TABLE kept (number integer); INSERT INTO kept VALUES (7)')
  await first.close()
  const database = await open(address)
  expect(await database.rows('SELECT number FROM kept')).toEqual([{ number: 7 }])
})
