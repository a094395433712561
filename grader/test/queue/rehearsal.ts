import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Rng, rng } from '@backprop/core'
import { expect } from 'vitest'
import { Cable } from './cable.ts'
import { gradeFor, jobOf } from './jobs.ts'
import { TestServer } from './server.ts'

/** Notes every change of a result. */
const AUDIT = `
  CREATE TABLE public.audit (key text, change text);
  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO public.audit VALUES (coalesce(new.key, old.key), TG_OP);
    RETURN NULL;
  END
  $$;
  CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON backprop.result FOR EACH ROW EXECUTE FUNCTION note();
`

/** What goes wrong after the first jobs were taken. */
export type Fault = (rehearsal: Rehearsal, random: Rng) => Promise<void> | void

/**
 * A class that is graded by two workers and a coordinator, each a process, while something goes wrong at a random moment.
 * Afterwards everyone has the grades of a class in which nothing went wrong, and there is one result for each job.
 */
export class Rehearsal {
  readonly server: TestServer
  readonly cable: Cable
  readonly coordinators: Coordinator[] = []
  readonly workers: Peer[] = []
  readonly #texts: readonly string[]
  #isOver = false

  private constructor(server: TestServer, cable: Cable, texts: readonly string[]) {
    this.server = server
    this.cable = cable
    this.#texts = texts
  }

  static async run(fault: Fault, seed: number, extra: readonly string[] = []): Promise<void> {
    const server = await TestServer.start()
    // The first job is still running when something goes wrong.
    const texts = ['sleep 1500', ...Array.from({ length: 20 }, (_, i) => `sleep 80 job ${i}`), ...extra]
    const rehearsal = new Rehearsal(server, await Cable.to(server.port), texts)
    try {
      await rehearsal.#run(fault, rng(seed))
    } finally {
      rehearsal.#isOver = true
      for (const peer of [...rehearsal.workers, ...rehearsal.coordinators]) peer.kill()
      await rehearsal.cable.cut()
      await server.stop()
    }
  }

  async #run(fault: Fault, random: Rng): Promise<void> {
    await this.server.sql('CREATE DATABASE grades')
    await this.startCoordinator()
    await this.server.sql(AUDIT, 'grades')
    await Promise.all([this.startWorker(), this.startWorker()])
    await sleep(random.uniform() * 1000)
    await fault(this, random)
    for (const coordinator of this.coordinators) await coordinator.ended
    if (this.coordinators.every(({ answers }) => answers === null)) await (await this.startCoordinator()).ended
    await this.#check()
  }

  /** Starts a coordinator that asks for all jobs. */
  async startCoordinator(): Promise<Coordinator> {
    const file = join(this.server.folder, `answers ${this.coordinators.length}.json`)
    const coordinator = new Coordinator(this.#address, file, this.#texts)
    this.coordinators.push(coordinator)
    await coordinator.said('asks')
    return coordinator
  }

  async startWorker(): Promise<void> {
    const name = `worker ${this.workers.length + 1}`
    const worker = new Peer(['worker', this.#address, name, join(this.server.folder, 'log')])
    this.workers.push(worker)
    // Like a service: it is started again when it dies.
    void worker.ended.then(() => (this.#isOver ? undefined : this.startWorker()))
    await worker.said('took')
  }

  async #check(): Promise<void> {
    const answers = this.#texts.map(text => (text === 'die' ? SET_ASIDE : gradeFor(jobOf(text))))
    const finished = this.coordinators.flatMap(coordinator => coordinator.answers ?? [])
    expect(finished.length).toBeGreaterThan(0)
    for (let i = 0; i < finished.length; i += answers.length)
      expect(finished.slice(i, i + answers.length)).toEqual(answers)
    const graded = this.#texts.filter(text => text !== 'die').map(text => jobOf(text).key)
    expect(await this.server.sql('SELECT key, change FROM public.audit ORDER BY key', 'grades')).toEqual(
      graded.sort().map(key => ({ key, change: 'INSERT' })),
    )
    const left = this.#texts.length - graded.length
    expect(await this.server.sql('SELECT key FROM backprop.job', 'grades')).toHaveLength(left)
  }

  /** How often workers began a job. */
  runsOf(text: string): number {
    const log = readFileSync(join(this.server.folder, 'log'), 'utf8').split('\n')
    return log.filter(key => key === jobOf(text).key).length
  }

  get #address(): string {
    return this.server.url('grades', { port: this.cable.port })
  }
}

const SET_ASIDE = expect.stringMatching(
  /^GraderFault: the job \w+ was set aside after 3 attempts.*(\nAttempt \d, by worker \d+ since .*: the worker died, or was silent for too long\.){3}$/s,
) as unknown

/** A process that takes part. */
class Peer {
  readonly ended: Promise<unknown>
  readonly #process: ChildProcess
  #output = ''

  constructor(args: readonly string[]) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'peer.ts'), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdout.on('data', (bytes: Buffer) => (this.#output += bytes.toString()))
    this.#process = child
    this.ended = new Promise(resolve => child.once('close', resolve))
  }

  /** Waits for a line of its output, or for its end. */
  async said(line: string): Promise<void> {
    let isOver = false
    void this.ended.then(() => (isOver = true))
    while (!isOver && !this.#output.split('\n').includes(line)) await sleep(20)
  }

  /** Kills it at once, as a machine dies. */
  kill(): void {
    this.#process.kill('SIGKILL')
  }
}

class Coordinator extends Peer {
  readonly #file: string

  constructor(address: string, file: string, texts: readonly string[]) {
    super(['coordinator', address, file, ...texts])
    this.#file = file
  }

  /** Its answers in the order of the jobs; null if it was killed before it had them. */
  get answers(): readonly unknown[] | null {
    return existsSync(this.#file) ? (JSON.parse(readFileSync(this.#file, 'utf8')) as unknown[]) : null
  }
}
