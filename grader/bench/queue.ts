import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { rng } from '@backprop/core'
import { BOSS_SCHEMA, startBoss, stopBoss } from '../src/queue/postgres/boss.ts'
import { type Database, openDatabase } from '../src/queue/postgres/database.ts'
import { idOf, makeQueue } from '../src/queue/postgres/jobs.ts'
import { PostgresGrades } from '../src/queue/postgres/postgres-grades.ts'
import { Cable } from '../test/queue/cable.ts'
import { DEMANDS, jobOf } from '../test/queue/jobs.ts'
import { POSTGRES, TestServer } from '../test/queue/server.ts'

/**
 * `pnpm grade:queue-bench [jobs] [seconds]`: what the queue costs. Workers are processes that sleep instead of grading, a
 * fiftieth of the 3 to 20 s that a lab takes, with 100,000 jobs in the table and 10 s for each number of workers by default.
 */

const [jobs = 100_000, seconds = 10] = process.argv.slice(2).map(Number)
const SLOWEST_S = 20
const FASTEST_S = 3
const SCALE = 50
/** Of a duration whose logarithm is equally likely everywhere between the fastest and the slowest. */
const MEAN_S = (SLOWEST_S - FASTEST_S) / Math.log(SLOWEST_S / FASTEST_S)
const NEVER = new AbortController().signal

if (POSTGRES === null) throw new Error('This needs a PostgreSQL server: install the package "postgresql".')
const server = await TestServer.start()
const cable = await Cable.to(server.port)
const peers: ChildProcess[] = []
try {
  console.log(`${availableParallelism()} × ${cpus()[0]?.model ?? process.arch}, Node ${process.versions.node}`)
  console.log(`load of the machine at the start: ${loadavg()[0].toFixed(1)}\n`)
  await throughput()
  await recovery()
  arithmetic()
} finally {
  for (const peer of peers) peer.kill('SIGKILL')
  await cable.cut()
  await server.stop()
}

/** How many jobs workers do, and what a job costs besides its grading. */
async function throughput(): Promise<void> {
  const { database, grades } = await open('throughput')
  const random = rng(1)
  const lasting = (i: number) =>
    `sleep ${Math.round((1000 / SCALE) * FASTEST_S * (SLOWEST_S / FASTEST_S) ** random.uniform())} ${i}`
  console.log('workers   jobs in table   jobs/minute   cost per job')
  const few = Math.round((8 * seconds * SCALE) / MEAN_S)
  for (const [workers, ahead] of [
    [1, few],
    [1, jobs],
    [2, jobs],
    [4, jobs],
    [8, jobs],
  ]) {
    await fill(database, ahead, lasting)
    await measure(database, workers, ahead)
  }
  await fill(database, jobs, i => `sleep 0 ${i}`)
  console.log('without any sleep:')
  for (const workers of [1, 8]) await measure(database, workers, jobs)
  await put(grades)
  await close(database, grades)
}

/** Leaves exactly so many jobs in the queue. */
async function fill(database: Database, count: number, text: (i: number) => string): Promise<void> {
  await database.executeSql(`TRUNCATE backprop.job, backprop.result, ${BOSS_SCHEMA}.job CASCADE`)
  const boss = await startBoss(database)
  const queue = await makeQueue(database, boss, DEMANDS)
  for (let done = 0; done < count; done += 5000) {
    const some = Array.from({ length: Math.min(5000, count - done) }, (_, i) => jobOf(text(done + i)))
    await database.rows(
      'INSERT INTO backprop.job (key, id, queue, payload) SELECT key, id, $1, payload FROM unnest($2::text[], $3::uuid[], $4::text[]) AS job (key, id, payload)',
      [queue, some.map(({ key }) => key), some.map(({ key }) => idOf(key)), some.map(job => JSON.stringify(job))],
    )
    await boss.insert(
      queue,
      some.map(({ key }) => ({ id: idOf(key), heartbeatSeconds: 15 })),
    )
  }
  await stopBoss(boss)
  await database.executeSql(`ANALYZE backprop.job; ANALYZE ${BOSS_SCHEMA}.job`)
}

async function measure(database: Database, workers: number, ahead: number): Promise<void> {
  const running = await Promise.all(Array.from({ length: workers }, (_, i) => startWorker('throughput', `worker ${i}`)))
  const done = async () => {
    const [row] = await database.rows<{ count: number; slept: number }>(
      `SELECT count(*)::integer, coalesce(sum((grade::json ->> 'ms')::float8), 0) AS slept FROM backprop.result`,
    )
    return { ...row, at: performance.now() }
  }
  const before = await done()
  await sleep(seconds * 1000)
  const after = await done()
  for (const worker of running) worker.kill('SIGKILL')
  const [ms, count] = [after.at - before.at, after.count - before.count]
  const cost = (ms * workers - (after.slept - before.slept)) / count
  const perMinute = Math.round((count / ms) * 60_000)
  console.log(
    `${String(workers).padStart(7)}${String(ahead).padStart(16)}${String(perMinute).padStart(14)}${`${cost.toFixed(1)} ms`.padStart(15)}`,
  )
}

/** What it costs a coordinator to put a job in, many at a time as a class run does. */
async function put(grades: PostgresGrades): Promise<void> {
  const count = 1000
  const aborting = new AbortController()
  const begun = performance.now()
  const asked = Array.from({ length: count }, (_, i) => grades.of(jobOf(`sleep 0 put ${i}`), aborting.signal))
  await Promise.race([Promise.all(asked), queued('throughput', count)])
  console.log(`putting a job in: ${((performance.now() - begun) / count).toFixed(1)} ms\n`)
  aborting.abort(new Error('enough'))
  await Promise.allSettled(asked)
}

/** Resolves when so many jobs wait that were put in by \`put\`. */
async function queued(name: string, count: number): Promise<void> {
  for (;;) {
    const rows = await server.sql("SELECT 1 FROM backprop.job WHERE payload LIKE '%sleep 0 put %'", name)
    if (rows.length === count) return
    await sleep(20)
  }
}

/** How long nothing is finished after something went wrong. */
async function recovery(): Promise<void> {
  const { database, grades } = await open('recovery')
  console.log('after a fault, the next grade comes in')
  const texts = Array.from({ length: 4000 }, (_, i) => `sleep 20 ${i}`)
  const asked = Promise.allSettled(texts.map(text => grades.of(jobOf(text), NEVER)))
  await Promise.all([startWorker('recovery', 'first'), startWorker('recovery', 'second')])

  const down = performance.now()
  await server.end('SIGKILL')
  await server.restart()
  const up = performance.now()
  await nextResult()
  report('PostgreSQL killed', performance.now() - up, `since it runs again, ${((up - down) / 1000).toFixed(1)} s later`)

  await cable.cut()
  await sleep(5000)
  await cable.restore()
  const restored = performance.now()
  await nextResult()
  report('network cut for 5 s', performance.now() - restored, 'since it is back')

  for (const peer of peers) peer.kill('SIGKILL')
  const job = jobOf('sleep 30000 last')
  const id = idOf(job.key)
  void grades.of(job, NEVER).catch(() => {})
  while (
    (await database.rows(`UPDATE ${BOSS_SCHEMA}.job SET priority = 9 WHERE id = $1 RETURNING id`, [id])).length === 0
  )
    await sleep(20)
  const victim = await startWorker('recovery', 'victim')
  const attempts = async (least: number) => {
    while ((await database.rows('SELECT 1 FROM backprop.attempt WHERE job = $1', [id])).length < least) await sleep(20)
  }
  await attempts(1)
  victim.kill('SIGKILL')
  const killed = performance.now()
  await startWorker('recovery', 'heir')
  await attempts(2)
  report('worker killed', performance.now() - killed, 'until another has its job')

  const begun = performance.now()
  const other = await PostgresGrades.open(database)
  await other.of(jobOf(texts[0]), NEVER)
  report('coordinator killed', performance.now() - begun, 'until a new one has the first grade')
  await other.close()
  await close(database, grades)
  await asked
}

function report(what: string, ms: number, since: string): void {
  console.log(`${what.padEnd(22)}${(ms / 1000).toFixed(1).padStart(6)} s ${since}`)
}

async function nextResult(): Promise<void> {
  const count = async () => (await server.sql('SELECT 1 FROM backprop.result', 'recovery')).length
  const before = await count()
  while ((await count()) === before) await sleep(20)
}

/** A course of 20,000 students and 11 labs on 50 machines. */
function arithmetic(): void {
  const all = 20_000 * 11
  const hours = (all * MEAN_S) / 3600
  console.log(`\n20,000 students × 11 labs × ${MEAN_S.toFixed(1)} s = ${Math.round(hours)} hours of one core:`)
  for (const cores of [1, 2, 4])
    console.log(
      `  50 machines, ${cores} at a time: ${(hours / 50 / cores).toFixed(1)} hours, ${Math.round((50 * cores * 60) / MEAN_S)} jobs/minute`,
    )
}

async function open(name: 'throughput' | 'recovery'): Promise<{ database: Database; grades: PostgresGrades }> {
  await server.sql(name === 'throughput' ? 'CREATE DATABASE throughput' : 'CREATE DATABASE recovery')
  const database = await openDatabase(addressOf(name))
  return { database, grades: await PostgresGrades.open(database) }
}

/** Only the network that is cut goes through a process, which costs time. */
function addressOf(name: string): string {
  return server.url(name, name === 'recovery' ? { port: cable.port } : {})
}

async function close(database: Database, grades: PostgresGrades): Promise<void> {
  await grades.close()
  await database.close()
}

/** Resolves when it has taken its first job. */
async function startWorker(name: string, worker: string): Promise<ChildProcess> {
  const args = [join(import.meta.dirname, 'queue-worker.ts'), addressOf(name), worker]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  peers.push(child)
  await new Promise<void>(resolve => child.stdout.on('data', () => resolve()))
  return child
}
