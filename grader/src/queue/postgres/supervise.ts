import { safeLine } from '@backprop/safe-text'
import type { PgBoss } from 'pg-boss'
import { BOSS_SCHEMA } from './boss.ts'
import type { Database } from './database.ts'
import type { Queued } from './jobs.ts'

/**
 * What the library's supervisor does not know: workers may not end jobs, so they only note that they gave up; and a job
 * that the library gave up is set aside with the log of its attempts. Several coordinators may do this at once.
 */
export async function supervise(database: Database, boss: PgBoss): Promise<void> {
  for (const { id, queue, attempt } of await gaveUp(database))
    await database.transaction(async statements => {
      await boss.fail(queue, { id, retryCount: attempt }, null, { db: statements })
      await statements.rows('UPDATE backprop.attempt SET is_settled = true WHERE job = $1 AND attempt = $2', [
        id,
        attempt,
      ])
    })
  for (const { id } of await failed(database))
    await database.rows('UPDATE backprop.job SET set_aside = $2 WHERE id = $1 AND set_aside IS NULL', [
      id,
      await logOf(database, id),
    ])
}

const gaveUp = (database: Database): Promise<(Queued & { readonly attempt: number })[]> =>
  database.rows(
    `SELECT job.id, job.queue, attempt.attempt FROM backprop.attempt JOIN backprop.job ON job.id = attempt.job
     WHERE attempt.log IS NOT NULL AND NOT attempt.is_settled ORDER BY attempt.since LIMIT 100`,
  )

const failed = (database: Database): Promise<Pick<Queued, 'id'>[]> =>
  database.rows(
    `SELECT job.id FROM ${BOSS_SCHEMA}.job boss JOIN backprop.job ON job.id = boss.id
     WHERE boss.state = 'failed' AND job.set_aside IS NULL LIMIT 100`,
  )

/** What happened to a job: each attempt with its worker, and the worker's log if it lived to write one. */
async function logOf(database: Database, id: string): Promise<string> {
  const attempts = await database.rows<{ worker: string; since: string; log: string | null }>(
    `SELECT worker, to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') AS since, log
     FROM backprop.attempt WHERE job = $1 ORDER BY attempt`,
    [id],
  )
  return attempts
    .map(
      ({ worker, since, log }, i) =>
        `Attempt ${i + 1}, by ${safeLine(worker)} since ${since}: ${log ?? 'the worker died, or was silent for too long.'}`,
    )
    .join('\n')
}
