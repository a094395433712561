import { generateKeyPairSync } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { GraderFault } from '../../src/errors.ts'
import type { Demands, Grade, Grades, Job } from '../../src/queue/grades.ts'
import type { Database } from '../../src/queue/postgres/database.ts'
import { type GradesSettings, PostgresGrades } from '../../src/queue/postgres/postgres-grades.ts'
import { queueState, retry } from '../../src/queue/postgres/queue-state.ts'
import { serve, type ServeOptions, type Worker, type WorkerEvent } from '../../src/queue/postgres/serve.ts'
import { gradeFor, jobOf, textOf } from './jobs.ts'

const NEVER = new AbortController().signal

/** However slow the machine is. */
const eventually: typeof expect.poll = look => expect.poll(look, { timeout: 60_000, interval: 20 })

/** What a test of the seam needs. */
export interface Opened {
  readonly grades: Pick<Grades, 'of'>
  /** Two trees of files that can be graded, and one that fails through our fault. */
  readonly jobs: readonly [Job, Job, Job]
  /** Grades from the same place, as the next run of a class has them. */
  readonly reopen: () => Promise<Pick<Grades, 'of'>>
  readonly close: () => Promise<void>
}

/** What everything that gives grades promises a class. */
export function gradesContract(name: string, open: () => Promise<Opened>): void {
  describe(`grades from ${name}`, () => {
    let opened: Opened
    beforeAll(async () => (opened = await open()))
    afterAll(() => opened.close())

    it('are made once for a tree of files, and then known, in later runs too', async () => {
      const { grades, jobs, reopen } = opened
      const { isNew, ...first } = await grades.of(jobs[0], NEVER)
      expect(isNew).toBe(true)
      expect(first.graded).toMatchObject({ id: jobs[0].demands.lab, treeHash: jobs[0].treeHash })
      expect(await grades.of(jobs[0], NEVER)).toEqual({ ...first, isNew: false })
      expect(await (await reopen()).of(jobs[0], NEVER)).toEqual({ ...first, isNew: false })
    })

    it('are plain data', async () => {
      const answer = await opened.grades.of(opened.jobs[0], NEVER)
      expect(JSON.parse(JSON.stringify(answer))).toEqual(answer)
    })

    it('are those of the files asked for, also at the same time', async () => {
      const good = [...opened.jobs.slice(0, 2), opened.jobs[1]]
      const answers = await Promise.all(good.map(job => opened.grades.of(job, NEVER)))
      expect(answers.map(({ graded }) => graded.treeHash)).toEqual(good.map(({ treeHash }) => treeHash))
      const [, one, same] = answers.map(({ gradedAt, ms }) => ({ gradedAt, ms }))
      expect(same, 'equal files are graded once').toEqual(one)
    })

    it('end with the reason of an abort, or with a GraderFault', async () => {
      const reason = new Error('Ctrl-C')
      await expect(opened.grades.of(opened.jobs[2], AbortSignal.abort(reason))).rejects.toBe(reason)
      await expect(opened.grades.of(opened.jobs[2], NEVER)).rejects.toThrow(GraderFault)
    })
  })
}

/** What a queue in a database promises, whichever database it is. */
export function queueContract(name: string, open: () => Promise<Database>): void {
  gradesContract(name, () => openSeam(open))

  describe(`the queue in ${name}`, () => {
    let database: Database
    let grades: PostgresGrades
    beforeAll(async () => (database = await open()))
    afterAll(() => database.close())
    beforeEach(async () => (grades = await openGrades()))
    afterEach(async () => {
      await grades.close()
      await database.executeSql('TRUNCATE backprop.queue, backprop.result, backprop.worker, backprop_boss.job CASCADE')
    })
    const openGrades = (settings: GradesSettings = {}) =>
      PostgresGrades.open(database, { heartbeatSeconds: 10, pollMs: 20, ...settings })

    /** Starts a worker that notes what it runs; it is stopped after the test. */
    function startWorker(
      run: (job: Job) => Promise<Grade> | Grade = job => gradeFor(job),
      { signingKey = null, ...worker }: Partial<Worker & Pick<ServeOptions, 'signingKey'>> = {},
    ) {
      const [ran, events, stop] = [[] as string[], [] as WorkerEvent[], new AbortController()]
      const all = { name: 'one', about: { cores: 2 }, refuses: () => null, ...worker }
      const noted = async (job: Job) => {
        ran.push(textOf(job))
        return run(job)
      }
      const options = {
        jobs: 2,
        signal: stop.signal,
        pollMs: 20,
        signingKey,
        onEvent: (event: WorkerEvent) => void events.push(event),
      }
      const ended = serve(database, all, noted, options)
      const stopped = () => {
        stop.abort()
        return ended
      }
      onTestFinished(stopped)
      return { ran, events, stopped, stop }
    }

    it('gives a job to a worker, and knows its grade from then on', async () => {
      const { ran } = startWorker()
      const job = jobOf('first')
      expect(await grades.of(job, NEVER)).toEqual({ ...gradeFor(job), isNew: true })
      expect(await grades.of(job, NEVER)).toEqual({ ...gradeFor(job), isNew: false })
      const later = await openGrades()
      expect(await later.of(job, NEVER)).toEqual({ ...gradeFor(job), isNew: false })
      await later.close()
      expect(ran).toEqual(['first'])
    })

    it('runs a job once for all that ask at the same time, here and in another coordinator', async () => {
      const [job, other] = [jobOf('same'), await openGrades()]
      const asked = [grades.of(job, NEVER), grades.of(job, NEVER), other.of(job, NEVER)]
      const { ran } = startWorker(async job => {
        await sleep(100)
        return gradeFor(job)
      })
      for (const answer of await Promise.all(asked)) expect(answer).toMatchObject(gradeFor(job))
      await other.close()
      expect(ran).toEqual(['same'])
    })

    it('shares many jobs among workers, each job once', async () => {
      const jobs = Array.from({ length: 40 }, (_, i) => jobOf(`job ${i}`, { lab: `lab ${i % 3}` }))
      const answers = Promise.all(jobs.map(job => grades.of(job, NEVER)))
      // No job ends before each worker has one: otherwise one that starts late may find none.
      let allHaveOne = () => {}
      const all = new Promise<void>(resolve => (allHaveOne = resolve))
      const together = async (job: Job) => {
        if (workers.every(({ ran }) => ran.length > 0)) allHaveOne()
        await all
        return gradeFor(job)
      }
      const workers = [startWorker(together), startWorker(together, { name: 'two' })]
      expect((await answers).map(({ graded }) => graded.title)).toEqual(jobs.map(textOf))
      expect(workers.flatMap(({ ran }) => ran).sort()).toEqual(jobs.map(textOf).sort())
    })

    it('keeps every character of files and grades', async () => {
      startWorker()
      const text = '\0 \ud800 \u202e é 🙂 \\ "quoted" -- $1 \'; DROP SCHEMA backprop'
      expect(await grades.of(jobOf(text), NEVER)).toMatchObject({ graded: { title: text } })
    })

    it('gives a job to another attempt if a worker could not grade it', async () => {
      let runs = 0
      const { events } = startWorker(job => {
        if (++runs < 3) throw new GraderFault('no sandbox')
        return gradeFor(job)
      })
      expect(await grades.of(jobOf('third time lucky'), NEVER)).toMatchObject({ isNew: true })
      expect(events.map(({ kind }) => kind)).toEqual(['took', 'failed', 'took', 'failed', 'took', 'finished'])
    })

    it('sets a job aside after three attempts, with its log, until someone puts it in again', async () => {
      let isFixed = false
      const { ran } = startWorker(job => {
        if (!isFixed) throw new GraderFault('no sandbox')
        return gradeFor(job)
      })
      const job = jobOf('bad')
      const failure = await grades.of(job, NEVER).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(GraderFault)
      expect((failure as Error).message).toMatch(
        /^the job \w{16} was set aside after 3 attempts without a grade\..*\nAttempt 1, by one since .* UTC: GraderFault: no sandbox/,
      )
      expect((failure as Error).message).toContain('\nAttempt 3, by one')
      await expect(grades.of(job, NEVER)).rejects.toThrow('was set aside after 3 attempts')
      expect(ran).toHaveLength(3)
      const { setAside } = await queueState(database)
      expect(setAside).toMatchObject([{ key: job.key, lab: '01-linear' }])
      expect(setAside[0].log).toContain('no sandbox')

      isFixed = true
      expect(await retry(database, ['another key'])).toBe(0)
      expect(await retry(database)).toBe(1)
      expect(await grades.of(job, NEVER)).toMatchObject({ isNew: true })
      expect((await queueState(database)).setAside).toEqual([])
    })

    it('gives a job only to a worker that can do it; another says why not, once', async () => {
      const refuses = () => 'its course is another version.'
      const old = startWorker(undefined, { name: 'old', refuses })
      const jobs = [jobOf('a'), jobOf('b'), jobOf('c')]
      const answers = Promise.all(jobs.map(job => grades.of(job, NEVER)))
      const refused = [{ kind: 'refused', demands: jobs[0].demands, why: refuses() }]
      await eventually(() => old.events).toEqual(refused)
      const current = startWorker()
      await answers
      expect([old.ran, old.events, current.ran.sort()]).toEqual([[], refused, ['a', 'b', 'c']])
    })

    it('says nothing of jobs that wait no more', async () => {
      const worker = startWorker()
      await grades.of(jobOf('last term'), NEVER)
      await worker.stopped()
      const later = startWorker(undefined, { refuses: ({ lab }) => (lab === '02-new' ? null : 'its course is newer.') })
      await grades.of(jobOf('this term', { lab: '02-new' }), NEVER)
      expect(later.events.filter(({ kind }) => kind === 'refused')).toEqual([])
    })

    it('finishes the job at hand when a worker is asked to stop, and takes no other', async () => {
      const { ran, stopped, stop } = startWorker(async job => {
        stop.abort()
        await sleep(200)
        return gradeFor(job)
      })
      const [first, second] = [grades.of(jobOf('at hand'), NEVER), grades.of(jobOf('next', { lab: 'z' }), NEVER)]
      await eventually(() => ran.length).toBeGreaterThan(0)
      await stopped()
      const taken = ran.length
      expect(await (ran[0] === 'at hand' ? first : second)).toMatchObject({ isNew: true })
      await sleep(100)
      expect(ran).toHaveLength(taken)
      startWorker()
      await Promise.all([first, second])
    })

    it('gives a job back when a worker must stop at once, as often as that happens', async () => {
      const answer = grades.of(jobOf('handed on'), NEVER)
      for (let stops = 0; stops < 4; stops++) {
        const [stop, again, events] = [new AbortController(), new AbortController(), [] as WorkerEvent[]]
        const run = async (_: Job, signal: AbortSignal) => {
          stop.abort()
          again.abort()
          await sleep(60_000, undefined, { signal })
          throw new Error('not stopped')
        }
        const worker = { name: 'one', about: {}, refuses: () => null }
        const onEvent = (event: WorkerEvent) => void events.push(event)
        await serve(database, worker, run, { jobs: 1, signal: stop.signal, again: again.signal, pollMs: 20, onEvent })
        expect(events.map(({ kind }) => kind)).toEqual(['took', 'given back'])
      }
      expect(await queueState(database)).toMatchObject({ queued: 1, active: 0, running: [], setAside: [] })
      startWorker()
      expect(await answer).toMatchObject({ isNew: true })
    })

    it('finishes a job once, even if a beat of its heart comes late', async () => {
      const [stop, events] = [new AbortController(), [] as WorkerEvent[]]
      const late: Database = {
        ...{ name: database.name, isEmbedded: database.isEmbedded, close: () => database.close() },
        rows: (text, values) => database.rows(text, values),
        transaction: work => database.transaction(work),
        async executeSql(text, values) {
          if (!text.includes('SKIP LOCKED') && text.includes('heartbeat_on')) await sleep(1500)
          return database.executeSql(text, values)
        },
      }
      const run = async (job: Job) => {
        await sleep(4000) // beats come after 3.3 s and 6.7 s
        return gradeFor(job)
      }
      const onEvent = (event: WorkerEvent) => void events.push(event)
      const options = { jobs: 1, signal: stop.signal, pollMs: 20, onEvent }
      const ended = serve(late, { name: 'late', about: {}, refuses: () => null }, run, options)
      await grades.of(jobOf('beating'), NEVER)
      await sleep(2000)
      stop.abort()
      await ended
      expect(events.map(({ kind }) => kind)).toEqual(['took', 'finished'])
    })

    it('stops waiting on an abort; the job stays in the queue', async () => {
      const aborting = new AbortController()
      const answer = grades.of(jobOf('patient'), aborting.signal)
      await eventually(async () => (await queueState(database)).queued).toBe(1)
      aborting.abort(new Error('Ctrl-C'))
      await expect(answer).rejects.toThrow('Ctrl-C')
      await grades.close()
      startWorker()
      await eventually(async () => (await queueState(database)).done).toBe(1)
      grades = await openGrades()
      expect(await grades.of(jobOf('patient'), NEVER)).toMatchObject({ isNew: false })
    })

    it('puts a job in again that a worker ended without a grade', async () => {
      const job = jobOf('vanished')
      const answer = grades.of(job, NEVER)
      await eventually(async () => (await queueState(database)).queued).toBe(1)
      await database.rows("UPDATE backprop_boss.job SET state = 'completed', completed_on = now()")
      await eventually(async () => (await queueState(database)).queued).toBe(1)
      await database.rows('DELETE FROM backprop_boss.job')
      startWorker()
      expect(await answer).toMatchObject(gradeFor(job))
    })

    it('grades again what may differ, but not for those who ask soon after', async () => {
      const { ran } = startWorker(job => gradeFor(job, 'timeout'))
      const job = jobOf('slow')
      for (const isNew of [true, false]) expect(await grades.of(job, NEVER)).toMatchObject({ isNew })
      await database.rows("UPDATE backprop.result SET finished_at = now() - interval '11 minutes'")
      expect(await grades.of(job, NEVER)).toMatchObject({ isNew: true })
      expect(ran).toEqual(['slow', 'slow'])
    })

    it('counts only grades that are signed with the trusted key, for the job that they are of', async () => {
      const [trusted, other] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
      const careful = await openGrades({ trusted: trusted.publicKey })
      const good = startWorker(undefined, { signingKey: trusted.privateKey })
      const [job, next] = [jobOf('signed'), jobOf('swapped')]
      expect(await careful.of(job, NEVER)).toMatchObject({ isNew: true })
      expect(await careful.of(job, NEVER)).toMatchObject({ isNew: false })
      await careful.of(next, NEVER)
      await database.rows(
        `UPDATE backprop.result SET grade = other.grade, signature = other.signature
         FROM backprop.result other WHERE result.key = $1 AND other.key = $2`,
        [next.key, job.key],
      )
      expect(await careful.of(next, NEVER)).toMatchObject({ isNew: true, graded: { title: 'swapped' } })
      await database.rows("UPDATE backprop.result SET grade = replace(grade, 'signed', 'forged')")
      expect(await careful.of(job, NEVER)).toMatchObject({ isNew: true, graded: { title: 'signed' } })
      await good.stopped()

      const [bad, unsigned] = [{ name: 'bad', signingKey: other.privateKey }, { name: 'unsigned' }]
      for (const worker of [bad, unsigned]) {
        const { ran, stopped } = startWorker(undefined, worker)
        const failure = careful.of(jobOf(worker.name), NEVER)
        await expect(failure).rejects.toThrow(
          /^3 grades of the job \w{16} do not count. The last one is by \w+: it was not signed with the key \w{16}\. /,
        )
        await expect(failure).rejects.toThrow(GraderFault)
        expect(ran).toEqual([worker.name, worker.name, worker.name])
        await stopped()
      }
      await careful.close()
    })

    it('grades again what a worker handed in instead of a grade, and gives up after three times; other jobs go on', async () => {
      const [bad, flaky] = [jobOf('bad'), jobOf('flaky')]
      let runs = 0
      startWorker(job => {
        const grade = gradeFor(job)
        const isForged = textOf(job) === 'bad' || (textOf(job) === 'flaky' && ++runs < 3)
        return isForged ? { ...grade, graded: { ...grade.graded, id: 'another-lab' } } : grade
      })
      const failure = grades.of(bad, NEVER)
      const others = [flaky, jobOf('good')].map(job => grades.of(job, NEVER))
      await expect(failure).rejects.toThrow(
        "do not count. The last one is by one: its lab is not the job's. Give each worker the same",
      )
      await expect(failure).rejects.toThrow(GraderFault)
      for (const answer of others) expect(await answer).toMatchObject({ isNew: true })

      await database.rows("UPDATE backprop.result SET grade = '{'")
      expect(await grades.of(jobOf('good'), NEVER)).toMatchObject({ isNew: true })
    })

    it('says who does what', async () => {
      let finish = () => {}
      const running = new Promise<void>(resolve => (finish = resolve))
      const refuses = ({ backend }: Demands) => (backend === 'plain' ? null : 'no GPU')
      const slowly = async (job: Job) => {
        await running
        return gradeFor(job)
      }
      startWorker(slowly, { refuses })
      const [one, other] = [jobOf('running'), jobOf('waiting', { lab: '02-other', backend: 'webgpu' })]
      const aborting = new AbortController()
      const waiting = grades.of(other, aborting.signal)
      const first = grades.of(one, NEVER)
      await eventually(async () => await queueState(database)).toMatchObject({ active: 1, queued: 1 })
      const state = await queueState(database)
      expect(state).toMatchObject({ done: 0, doneInLastMinute: 0, setAside: [] })
      expect(state.waiting).toEqual([{ demands: other.demands, count: 1 }])
      expect(state.workers).toMatchObject([{ name: 'one', about: { cores: 2 } }])
      expect(state.running).toMatchObject([{ key: one.key, lab: '01-linear', worker: 'one' }])
      for (const date of [state.workers[0].seenAt, state.running[0].since])
        expect(Math.abs(Date.now() - date.getTime())).toBeLessThan(60_000)
      finish()
      await first
      expect(await queueState(database)).toMatchObject({ active: 0, done: 1, doneInLastMinute: 1, running: [] })
      aborting.abort(new Error('enough'))
      await expect(waiting).rejects.toThrow('enough')
    })
  })
}

/** The queue as a class sees it, with a worker behind it. */
async function openSeam(open: () => Promise<Database>): Promise<Opened> {
  const database = await open()
  const grades: PostgresGrades[] = []
  const reopen = async () => {
    const opened = await PostgresGrades.open(database, { pollMs: 20 })
    grades.push(opened)
    return opened
  }
  const first = await reopen()
  const run = (job: Job) =>
    textOf(job) === 'broken' ? Promise.reject(new GraderFault('no sandbox')) : Promise.resolve(gradeFor(job))
  const stop = new AbortController()
  const worker = { name: 'one', about: null, refuses: () => null }
  const ended = serve(database, worker, run, { jobs: 2, signal: stop.signal, pollMs: 20 })
  return {
    grades: first,
    jobs: [jobOf('one'), jobOf('other'), jobOf('broken')],
    reopen,
    close: async () => {
      stop.abort()
      await ended
      for (const opened of grades) await opened.close()
      await database.close()
    },
  }
}
