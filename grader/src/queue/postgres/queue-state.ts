import type { Demands } from '../grades.ts'
import { BOSS_SCHEMA, startBoss, stopBoss } from './boss.ts'
import type { Database } from './database.ts'
import { HEARTBEAT_SECONDS, putAgain } from './jobs.ts'
import { requireVersion } from './migrate.ts'

/** What goes on in a queue. */
export interface QueueState {
  readonly queued: number
  readonly active: number
  /** Grades that are kept, and those that were finished in the last minute. */
  readonly done: number
  readonly doneInLastMinute: number
  readonly workers: readonly WorkerState[]
  readonly running: readonly RunningJob[]
  readonly waiting: readonly { readonly demands: Demands; readonly count: number }[]
  readonly setAside: readonly SetAside[]
}

export interface WorkerState {
  readonly name: string
  /** As it was given to `serve`. */
  readonly about: unknown
  readonly seenAt: Date
  /** Whether it was heard of lately, by the clock of the database. One that is busy says nothing. */
  readonly isHeard: boolean
}

export interface RunningJob {
  readonly key: string
  readonly lab: string
  readonly worker: string
  readonly since: Date
}

/** A job that no worker got a grade for. */
export interface SetAside {
  readonly key: string
  readonly lab: string
  readonly log: string
}

/** Rejects with `UsageError` if the database has no queue of this version. */
export async function queueState(database: Database): Promise<QueueState> {
  await requireVersion(database)
  const [counts] = await database.rows<Pick<QueueState, 'queued' | 'active' | 'done' | 'doneInLastMinute'>>(COUNTS)
  const workers = await database.rows<WorkerState>(
    `SELECT name, about, seen_at AS "seenAt", seen_at > now() - interval '30 seconds' AS "isHeard"
     FROM backprop.worker ORDER BY name`,
  )
  const running = await database.rows<Omit<RunningJob, 'lab'> & Texts>(RUNNING)
  const waiting = await database.rows<{ count: number } & Texts>(WAITING)
  const setAside = await database.rows<Omit<SetAside, 'lab'> & Texts>(SET_ASIDE)
  return {
    ...counts,
    workers,
    running: running.map(withLab),
    waiting: waiting.map(({ demands, count }) => ({ demands: JSON.parse(demands) as Demands, count })),
    setAside: setAside.map(withLab),
  }
}

interface Texts {
  readonly demands: string
}

const withLab = <T extends Texts>({ demands, ...rest }: T) => ({ ...rest, lab: (JSON.parse(demands) as Demands).lab })

const COUNTS = `
  SELECT count(*) FILTER (WHERE boss.state < 'active')::integer AS queued,
    count(*) FILTER (WHERE boss.state = 'active')::integer AS active,
    (SELECT count(*)::integer FROM backprop.result) AS done,
    (SELECT count(*)::integer FROM backprop.result WHERE finished_at > now() - interval '1 minute') AS "doneInLastMinute"
  FROM ${BOSS_SCHEMA}.job boss JOIN backprop.job ON job.id = boss.id WHERE boss.state <= 'active'`

const RUNNING = `
  SELECT job.key, queue.demands, attempt.worker, attempt.since
  FROM ${BOSS_SCHEMA}.job boss JOIN backprop.job ON job.id = boss.id JOIN backprop.queue ON queue.name = job.queue
  JOIN backprop.attempt ON attempt.job = job.id AND attempt.attempt = boss.retry_count
  WHERE boss.state = 'active' ORDER BY attempt.since`

const WAITING = `
  SELECT queue.demands, count(*)::integer AS count
  FROM ${BOSS_SCHEMA}.job boss JOIN backprop.job ON job.id = boss.id JOIN backprop.queue ON queue.name = job.queue
  WHERE boss.state < 'active' GROUP BY queue.demands ORDER BY queue.demands`

const SET_ASIDE = `
  SELECT job.key, queue.demands, job.set_aside AS log
  FROM backprop.job JOIN backprop.queue ON queue.name = job.queue WHERE job.set_aside IS NOT NULL ORDER BY job.key`

/** Puts the jobs that were set aside in again, all of them or those with these keys; resolves to their number. */
export async function retry(database: Database, keys?: readonly string[]): Promise<number> {
  const jobs = await database.rows<{ id: string; queue: string }>(
    `SELECT id, queue FROM backprop.job WHERE set_aside IS NOT NULL AND ($1::text[] IS NULL OR key = ANY ($1::text[]))`,
    [keys ?? null],
  )
  const boss = await startBoss(database)
  try {
    for (const job of jobs) await putAgain(database, boss, { ...job, heartbeatSeconds: HEARTBEAT_SECONDS })
  } finally {
    await stopBoss(boss)
  }
  return jobs.length
}
