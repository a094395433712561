import type { KeyObject } from 'node:crypto'
import type { PgBoss } from 'pg-boss'
import type { Json } from '../../signing/sign.ts'
import type { Demands, Grade, Job } from '../grades.ts'
import { BOSS_SCHEMA, startBoss, stopBoss } from './boss.ts'
import { Connection, pause } from './connection.ts'
import type { Database } from './database.ts'
import type { Queued } from './jobs.ts'
import { requireVersion } from './migrate.ts'
import { signatureOf } from './results.ts'

/** A process that grades jobs from the queue. */
export interface Worker {
  /** Names the machine, in the logs of jobs and in `queueState`. */
  readonly name: string
  /** What it is and can do, for `queueState`. */
  readonly about: Json
  /** Why it can't do what is demanded, in a sentence; null if it can. */
  readonly refuses: (demands: Demands) => string | null
}

/** What happens to a worker, for its output. */
export type WorkerEvent =
  | { readonly kind: 'took' | 'finished'; readonly job: Job; readonly ms: number }
  | { readonly kind: 'failed'; readonly job: Job; readonly error: unknown }
  /** The job waits for another worker, because this one was to stop at once. */
  | { readonly kind: 'given back'; readonly job: Job }
  /** The job went to another worker, because this one was not heard of for too long. */
  | { readonly kind: 'lost'; readonly job: Job }
  /** There are jobs that this worker can't do; reported once for the same demands. */
  | { readonly kind: 'refused'; readonly demands: Demands; readonly why: string }
  | { readonly kind: 'trouble'; readonly why: string }
  | { readonly kind: 'back' }

export interface ServeOptions {
  /** How many jobs it grades at a time. */
  readonly jobs: number
  /** Aborted, the worker takes no more jobs and finishes those at hand. */
  readonly signal: AbortSignal
  /** Aborted, it gives the jobs at hand back. */
  readonly again?: AbortSignal
  /** How often it asks for a job while there is none. */
  readonly pollMs?: number
  /** Signs grades with it. */
  readonly signingKey?: KeyObject | null
  readonly onEvent?: (event: WorkerEvent) => void
}

/** As many characters as the tables keep. */
const MAX_LOG_LENGTH = 50_000

const RHYTHM = { helloMs: 10_000, queuesMs: 10_000 }

/** Grades jobs from the queue until the signal is aborted. Rejects if the database refuses what a worker must do. */
export async function serve(
  database: Database,
  worker: Worker,
  run: (job: Job, signal: AbortSignal) => Promise<Grade>,
  options: ServeOptions,
): Promise<void> {
  await requireVersion(database)
  const boss = await startBoss(database)
  const server = new JobServer(database, boss, worker, run, options)
  try {
    await server.run()
  } finally {
    await stopBoss(boss)
  }
}

/** A claim on a job: the library's count of retries says which attempt it is. */
interface Claim extends Queued {
  readonly attempt: number
  readonly heartbeatSeconds: number
}

class JobServer {
  readonly #database: Database
  readonly #boss: PgBoss
  readonly #worker: Worker
  readonly #grade: (job: Job, signal: AbortSignal) => Promise<Grade>
  readonly #options: Required<ServeOptions>
  readonly #connection: Connection
  /** Queues that this worker can serve, the one with the last job first. */
  #queues: readonly string[] = []
  readonly #refused = new Set<string>()
  #seen = { hello: -Infinity, queues: -Infinity }

  constructor(
    database: Database,
    boss: PgBoss,
    worker: Worker,
    grade: (job: Job, signal: AbortSignal) => Promise<Grade>,
    options: ServeOptions,
  ) {
    this.#database = database
    this.#boss = boss
    this.#worker = worker
    this.#grade = grade
    this.#options = {
      pollMs: 1000,
      signingKey: null,
      again: new AbortController().signal,
      onEvent: () => {},
      ...options,
    }
    const { onEvent } = this.#options
    this.#connection = new Connection({
      onTrouble: why => onEvent({ kind: 'trouble', why }),
      onBack: () => onEvent({ kind: 'back' }),
    })
  }

  async run(): Promise<void> {
    const slots = Array.from({ length: this.#options.jobs }, () => this.#slot())
    const ends = await Promise.allSettled(slots)
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }

  /** Grades one job after another. */
  async #slot(): Promise<void> {
    const { signal, pollMs } = this.#options
    while (!signal.aborted)
      try {
        const claim = await this.#claim()
        if (claim) await this.#serve(claim)
        else await pause(pollMs, signal)
      } catch (error) {
        if (error !== signal.reason) throw error
      }
  }

  #claim(): Promise<Claim | null> {
    return this.#connection.keep(async () => {
      await this.#sayHello()
      await this.#findQueues()
      for (const queue of this.#queues) {
        const [job] = await this.#boss.fetch(queue)
        if (!job) continue
        this.#queues = [queue, ...this.#queues.filter(other => other !== queue)]
        return { queue, id: job.id, attempt: job.retryCount, heartbeatSeconds: job.heartbeatSeconds ?? 60 }
      }
      // Before it asks again, there may be a new queue.
      this.#seen.queues = -Infinity
      return null
    }, this.#options.signal)
  }

  async #sayHello(): Promise<void> {
    if (performance.now() - this.#seen.hello < RHYTHM.helloMs) return
    this.#seen.hello = performance.now()
    const { name, about } = this.#worker
    await this.#database.rows('SELECT backprop.hello($1, $2::jsonb)', [name, JSON.stringify(about)])
  }

  /** Finds out in which queues jobs wait. Queues of earlier classes stay, empty, and are of no interest. */
  async #findQueues(): Promise<void> {
    if (performance.now() - this.#seen.queues < RHYTHM.queuesMs) return
    this.#seen.queues = performance.now()
    const rows = await this.#database.rows<{ name: string; demands: string }>(
      `SELECT name, demands FROM backprop.queue WHERE EXISTS (
         SELECT FROM ${BOSS_SCHEMA}.job_common job WHERE job.name = queue.name AND job.state < 'active'
       ) ORDER BY name`,
    )
    const mine = rows.filter(({ demands }) => this.#accepts(demands)).map(({ name }) => name)
    this.#queues = [
      ...this.#queues.filter(name => mine.includes(name)),
      ...mine.filter(name => !this.#queues.includes(name)),
    ]
  }

  #accepts(text: string): boolean {
    if (this.#refused.has(text)) return false
    const demands = JSON.parse(text) as Demands
    const why = this.#worker.refuses(demands)
    if (why === null) return true
    this.#refused.add(text)
    this.#options.onEvent({ kind: 'refused', demands, why })
    return false
  }

  /** From a claim to its result. Nothing that the database does can lose a grade that was made. */
  async #serve(claim: Claim): Promise<void> {
    const { signal } = this.#options
    const payload = await this.#connection.keep(() => this.#take(claim), signal)
    if (payload === null) {
      await this.#connection.keep(() => this.#boss.complete(claim.queue, attemptOf(claim)), signal)
      return
    }
    const job = JSON.parse(payload) as Job
    const { onEvent, again } = this.#options
    onEvent({ kind: 'took', job, ms: 0 })
    const [begun, gone] = [performance.now(), new AbortController()]
    let isOver = false
    const heart = this.#beat(claim, () => {
      if (isOver) return
      isOver = true
      gone.abort(new Error('The job went to another worker.'))
      onEvent({ kind: 'lost', job })
    })
    try {
      const grade = await this.#grade(job, AbortSignal.any([gone.signal, again]))
      // A grade counts even if the job has gone to another worker, and a beat that is still under way means nothing.
      isOver = true
      await this.#connection.keep(() => this.#finish(claim, job.key, grade), again)
      onEvent({ kind: 'finished', job, ms: performance.now() - begun })
    } catch (error) {
      if (gone.signal.aborted) return
      isOver = true
      if (!again.aborted) await this.#connection.keep(() => this.#giveUp(claim, logOf(error)), again)
      // If there is no database at the moment, the job is that of a worker that died.
      else await this.#giveUp(claim, null).catch(() => {})
      onEvent(again.aborted ? { kind: 'given back', job } : { kind: 'failed', job, error })
    } finally {
      clearInterval(heart)
    }
  }

  async #take({ id, attempt }: Claim): Promise<string | null> {
    const [{ payload }] = await this.#database.rows<{ payload: string | null }>(
      'SELECT backprop.take($1, $2, $3) AS payload',
      [id, attempt, this.#worker.name],
    )
    return payload
  }

  /** Says that this worker lives, three times in the time after which it counts as dead. */
  #beat(claim: Claim, onLost: () => void): NodeJS.Timeout {
    const beat = async () => {
      await this.#sayHello()
      // The library documents the count, but leaves it out of the type.
      const { affected } = (await this.#boss.touch(claim.queue, attemptOf(claim))) as { affected?: number }
      if (affected === 0) {
        clearInterval(heart)
        onLost()
      }
    }
    // The next one will do if this one can't be sent.
    const heart = setInterval(() => void beat().catch(() => {}), (claim.heartbeatSeconds * 1000) / 3)
    return heart
  }

  /** The job is over if it is on its way to another worker, too: the first grade counts. */
  async #finish({ id, attempt, queue }: Claim, key: string, grade: Grade): Promise<void> {
    const { signingKey } = this.#options
    const text = JSON.stringify(grade)
    const signature = signingKey && signatureOf(key, text, signingKey)
    await this.#database.transaction(async statements => {
      await statements.rows('SELECT backprop.finish($1, $2, $3, $4)', [id, attempt, text, signature])
      await this.#boss.complete(queue, id, null, { db: statements, includeQueued: true })
    })
  }

  /** Without a log, the job is given back, which is no failure. */
  async #giveUp({ id, attempt }: Claim, log: string | null): Promise<void> {
    await this.#database.rows('SELECT backprop.give_up($1, $2, $3)', [id, attempt, log])
  }
}

function logOf(error: unknown): string {
  const log = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return log.replaceAll('\0', '').slice(0, MAX_LOG_LENGTH)
}

const attemptOf = ({ id, attempt }: Claim) => ({ id, retryCount: attempt })
