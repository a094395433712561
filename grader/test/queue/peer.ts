import { appendFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Grade, Job } from '../../src/queue/grades.ts'
import { openDatabase } from '../../src/queue/postgres/database.ts'
import { PostgresGrades } from '../../src/queue/postgres/postgres-grades.ts'
import { serve } from '../../src/queue/postgres/serve.ts'
import { gradeFor, jobOf, textOf } from './jobs.ts'

/**
 * A process of the rehearsals: `worker ADDRESS NAME LOG` or `coordinator ADDRESS ANSWERS JOB…`. Instead of a grading, a
 * worker does what the text of a job says: "sleep 100 …" takes 100 ms, and "die" kills the process.
 */

const [kind, address, ...rest] = process.argv.slice(2)
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort(new Error('SIGTERM')))
// It does not outlive the test that started it.
process.stdin
  .once('end', () => process.exit())
  .resume()
  .unref()
const say = (line: string) => process.stdout.write(`${line}\n`)

const database = await openDatabase(address)
await (kind === 'worker' ? work(rest[0], rest[1]) : ask(rest[0], rest.slice(1)))
await database.close()

async function work(name: string, log: string): Promise<void> {
  const run = async (job: Job): Promise<Grade> => {
    appendFileSync(log, `${job.key}\n`)
    const [what, ms] = textOf(job).split(' ')
    if (what === 'die') process.kill(process.pid, 'SIGKILL')
    await sleep(Number(ms))
    return gradeFor(job)
  }
  await serve(database, { name, about: { pid: process.pid }, refuses: () => null }, run, {
    jobs: 1,
    signal: stop.signal,
    pollMs: 50,
    onEvent: ({ kind }) => say(kind),
  })
}

async function ask(file: string, texts: readonly string[]): Promise<void> {
  const grades = await PostgresGrades.open(database, {
    heartbeatSeconds: 10,
    pollMs: 50,
    onTrouble: () => say('trouble'),
    onBack: () => say('back'),
  })
  say('asks')
  const answers = await Promise.all(
    texts.map(text =>
      grades.of(jobOf(text), stop.signal).then(
        ({ isNew: _, ...grade }) => grade,
        (error: unknown) => String(error),
      ),
    ),
  )
  writeFileSync(file, JSON.stringify(answers))
  await grades.close()
  say('done')
}
