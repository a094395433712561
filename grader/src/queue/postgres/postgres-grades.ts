import type { KeyObject } from 'node:crypto'
import type { Scale } from '@backprop/report'
import { safeLine } from '@backprop/safe-text'
import type { PgBoss } from 'pg-boss'
import { GraderFault } from '../../errors.ts'
import { isCertain } from '../../pipeline/is-certain.ts'
import { keyId } from '../../signing/keys.ts'
import { short } from '../../signing/sign.ts'
import type { Answer, Demands, Grade, Grades, Job } from '../grades.ts'
import { readGrade, type Reading } from '../read-grade.ts'
import { BOSS_SCHEMA, startBoss, stopBoss } from './boss.ts'
import { Connection, pause, type Reports } from './connection.ts'
import type { Database } from './database.ts'
import { ATTEMPTS, HEARTBEAT_SECONDS, idOf, makeQueue, putAgain, putJob, type QueueSettings } from './jobs.ts'
import { migrate } from './migrate.ts'
import { discard, isGenuine, knownResult, type Result, resultsOf } from './results.ts'
import { supervise } from './supervise.ts'

export interface GradesSettings extends Partial<QueueSettings>, Reports {
  /** How often results are looked for. */
  readonly pollMs?: number
  /** Only grades count that workers signed with it, or with its private half. */
  readonly trusted?: KeyObject | null
  /** The tests and points of a lab; null if it is not known, and a grade's points are not compared. */
  readonly scaleOf?: (lab: string) => Scale | null
}

/** A job that was asked for, and what waits for its grade. */
interface Waiting {
  readonly job: Job
  /** How many results did not count. */
  refused: number
  readonly resolve: (grade: Grade) => void
  readonly reject: (error: unknown) => void
}

const DEFAULTS = { heartbeatSeconds: HEARTBEAT_SECONDS, pollMs: 300, trusted: null, scaleOf: () => null }

/** Grades from workers on other machines, through the queue in a database. Any number of processes may have one. */
export class PostgresGrades implements Grades {
  readonly #database: Database
  readonly #boss: PgBoss
  readonly #settings: Required<Omit<GradesSettings, keyof Reports>>
  readonly #connection: Connection
  readonly #closing = new AbortController()
  readonly #answers = new Map<string, Promise<Answer>>()
  readonly #waiting = new Map<string, Waiting>()
  readonly #queues = new Map<string, Promise<string>>()
  #watching: Promise<void> = Promise.resolve()
  /** Why nothing looks for results any more. */
  #end: { readonly reason: unknown } | null = null

  private constructor(database: Database, boss: PgBoss, settings: GradesSettings) {
    this.#database = database
    this.#boss = boss
    this.#settings = { ...DEFAULTS, ...settings }
    this.#connection = new Connection(settings)
  }

  /** Makes or updates the tables. The database stays open when the grades are closed. */
  static async open(database: Database, settings: GradesSettings = {}): Promise<PostgresGrades> {
    await migrate(database)
    await prune(database)
    const grades = new PostgresGrades(database, await startBoss(database, { supervise: true }), settings)
    grades.#watching = grades.#watch()
    return grades
  }

  async of(job: Job, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted()
    let answer = this.#answers.get(job.key)
    if (!answer) {
      answer = this.#answer(job).finally(() => this.#answers.delete(job.key))
      this.#answers.set(job.key, answer)
    }
    return unlessAborted(answer, signal)
  }

  async close(): Promise<void> {
    this.#closing.abort(new GraderFault('the queue was closed before there was a grade.'))
    await this.#watching
    await stopBoss(this.#boss)
  }

  async #answer(job: Job): Promise<Answer> {
    const { signal } = this.#closing
    const known = await this.#connection.keep(() => this.#known(job), signal)
    if (known) return { ...known, isNew: false }
    await this.#connection.keep(async () => {
      const queue = await this.#queueFor(job.demands)
      await putJob(this.#database, this.#boss, { job, queue, ...this.#settings })
    }, signal)
    if (this.#end) throw this.#end.reason
    const grade = await new Promise<Grade>((resolve, reject) => {
      this.#waiting.set(job.key, { job, resolve, reject, refused: 0 })
    })
    return { ...grade, isNew: true }
  }

  #queueFor(demands: Demands): Promise<string> {
    const name = JSON.stringify(demands)
    const made = this.#queues.get(name) ?? makeQueue(this.#database, this.#boss, demands)
    this.#queues.set(name, made)
    made.catch(() => this.#queues.delete(name))
    return made
  }

  /** The grade that the database has. One that does not count, or not any more, is deleted. */
  async #known(job: Job): Promise<Grade | null> {
    const result = await knownResult(this.#database, job.key)
    if (!result) return null
    const reading = this.#read(result, job)
    if ('grade' in reading && (!result.isOld || isCertain(reading.grade.graded))) return reading.grade
    await discard(this.#database, result)
    return null
  }

  #read(result: Result, job: Job): Reading {
    const { trusted, scaleOf } = this.#settings
    if (trusted !== null && !isGenuine(result, trusted))
      return { problem: `it was not signed with the key ${short(keyId(trusted))}` }
    return readGrade(result.grade, job, scaleOf(job.demands.lab))
  }

  /** Looks for results until the grades are closed, or the database refuses. */
  async #watch(): Promise<void> {
    const { signal } = this.#closing
    try {
      for (;;) {
        await this.#connection.keep(() => this.#look(), signal)
        await pause(this.#settings.pollMs, signal)
      }
    } catch (error) {
      this.#end = { reason: error }
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
    }
  }

  async #look(): Promise<void> {
    await supervise(this.#database, this.#boss)
    const keys = [...this.#waiting.keys()]
    if (keys.length === 0) return
    for (const result of await resultsOf(this.#database, keys)) await this.#receive(result)
    for (const { key, setAside } of await this.#stuck([...this.#waiting.keys()])) {
      if (setAside !== null) this.#settle(key)?.reject(new GraderFault(isSetAside(key, setAside)))
      else await this.#putAgain(key)
    }
  }

  /** A result that does not count is a wrong key, a broken worker or an attack: the job is graded again. */
  async #receive(result: Result): Promise<void> {
    const waiting = this.#waiting.get(result.key)
    if (!waiting) return
    const reading = this.#read(result, waiting.job)
    if ('grade' in reading) {
      this.#settle(result.key)?.resolve(reading.grade)
      return
    }
    await discard(this.#database, result)
    if (++waiting.refused < ATTEMPTS) await this.#putAgain(result.key)
    else this.#settle(result.key)?.reject(new GraderFault(doesNotCount(result, reading.problem)))
  }

  /** Jobs without a result that no worker will take: set aside, or gone from the library's queue. */
  #stuck(keys: readonly string[]): Promise<{ key: string; setAside: string | null }[]> {
    return this.#database.rows(
      `SELECT asked.key, job.set_aside AS "setAside" FROM unnest($1::text[]) AS asked (key)
       LEFT JOIN backprop.job ON job.key = asked.key
       LEFT JOIN ${BOSS_SCHEMA}.job boss ON boss.name = job.queue AND boss.id = job.id
       WHERE (job.set_aside IS NOT NULL OR boss.id IS NULL OR boss.state IN ('completed', 'cancelled'))
       AND NOT EXISTS (SELECT FROM backprop.result WHERE result.key = asked.key)`,
      [keys],
    )
  }

  async #putAgain(key: string): Promise<void> {
    const waiting = this.#waiting.get(key)
    if (!waiting) return
    const { job } = waiting
    const queue = await this.#queueFor(job.demands)
    await putJob(this.#database, this.#boss, { job, queue, ...this.#settings })
    await putAgain(this.#database, this.#boss, { queue, id: idOf(key), ...this.#settings })
  }

  /** What waits for a key, for the last time. */
  #settle(key: string): Waiting | undefined {
    const waiting = this.#waiting.get(key)
    this.#waiting.delete(key)
    return waiting
  }
}

const isSetAside = (key: string, log: string): string =>
  `the job ${key.slice(0, 16)} was set aside after ${ATTEMPTS} attempts without a grade. ` +
  `"pnpm grade queue requeue ${key.slice(0, 16)}" tries it again.\n${log}`

const doesNotCount = ({ key, worker }: Result, problem: string): string =>
  `${ATTEMPTS} grades of the job ${key.slice(0, 16)} do not count. The last one is by ${safeLine(worker)}: ${problem}. ` +
  'Give each worker the same BACKPROP_WORKER_KEY and the same commit of the course, and find out where such grades come from.'

/** Grades are kept for a term, and jobs that no worker took for a month. */
async function prune(database: Database): Promise<void> {
  await database.rows(`DELETE FROM backprop.result WHERE finished_at < now() - interval '90 days'`)
  await database.rows(`DELETE FROM backprop.job WHERE put_at < now() - interval '30 days'`)
  await database.rows(`DELETE FROM backprop.worker WHERE seen_at < now() - interval '1 day'`)
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error)
  })
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
