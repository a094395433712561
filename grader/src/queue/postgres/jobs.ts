import { createHash } from 'node:crypto'
import type { PgBoss } from 'pg-boss'
import { canonical } from '../../signing/sign.ts'
import type { Demands, Job } from '../grades.ts'
import type { Database, Statements } from './database.ts'

/** A job as the library knows it: its queue, and its id there. */
export interface Queued {
  readonly queue: string
  readonly id: string
}

/** How the library treats our jobs. */
export interface QueueSettings {
  /** A worker that was silent for so long is dead. The library accepts no less than 10. */
  readonly heartbeatSeconds: number
}

export const HEARTBEAT_SECONDS = 15

/** A job is tried so often before it is set aside. */
export const ATTEMPTS = 3

const HOUR = 3600

/** Jobs with the same demands are in one queue, so that a worker fetches only from queues that it can serve. */
export const queueFor = (demands: Demands): string => `grade/${sha256(canonical({ ...demands })).slice(0, 32)}`

/** The same job gets the same id wherever it comes from, so that the library holds it once. A UUID of version 8. */
export function idOf(key: string): string {
  const hex = sha256(key)
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}

/** Makes the queue for these demands, if there is none yet. */
export async function makeQueue(database: Database, boss: PgBoss, demands: Demands): Promise<string> {
  const queue = queueFor(demands)
  await boss.createQueue(queue)
  await database.rows('INSERT INTO backprop.queue (name, demands) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    queue,
    JSON.stringify(demands),
  ])
  return queue
}

/** Puts a job in, unless it is there already, or has a result. */
export async function putJob(
  database: Database,
  boss: PgBoss,
  { job, queue, heartbeatSeconds }: QueueSettings & { readonly job: Job; readonly queue: string },
): Promise<void> {
  const id = idOf(job.key)
  await database.transaction(async statements => {
    // If a worker is about to finish the same job, this waits for it.
    await statements.rows(
      'INSERT INTO backprop.job (key, id, queue, payload) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [job.key, id, queue, JSON.stringify(job)],
    )
    const done = await statements.rows(
      `DELETE FROM backprop.job WHERE key = $1
       AND EXISTS (SELECT FROM backprop.result WHERE result.key = $1) RETURNING key`,
      [job.key],
    )
    if (done.length === 0) await send(boss, statements, { queue, id }, { heartbeatSeconds })
  })
}

/** Puts a job in again whose queue entry came to an end without a result. */
export async function putAgain(
  database: Database,
  boss: PgBoss,
  { queue, id, heartbeatSeconds }: QueueSettings & Queued,
): Promise<void> {
  await database.transaction(async statements => {
    await boss.deleteJob(queue, id, { db: statements })
    await statements.rows('DELETE FROM backprop.attempt WHERE job = $1', [id])
    await statements.rows('UPDATE backprop.job SET set_aside = NULL WHERE id = $1', [id])
    await send(boss, statements, { queue, id }, { heartbeatSeconds })
  })
}

/** Of a job that is there already, nothing changes. */
const send = (boss: PgBoss, db: Statements, { queue, id }: Queued, { heartbeatSeconds }: QueueSettings) =>
  boss.send(queue, null, {
    db,
    id,
    heartbeatSeconds,
    retryLimit: ATTEMPTS - 1,
    expireInSeconds: HOUR,
    retentionSeconds: 30 * 24 * HOUR,
    deleteAfterSeconds: HOUR,
  })

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
