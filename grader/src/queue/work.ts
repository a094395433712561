import type { KeyObject } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { safeLine } from '@backprop/safe-text'
import { SuiteHosts } from '@backprop/test-runner'
import { GraderFault } from '../errors.ts'
import { mostIdleHosts } from '../pipeline/idle-hosts.ts'
import type { Machine } from '../pipeline/machine.ts'
import type { PreparedLab } from '../pipeline/prepare-lab.ts'
import type { SeedKey } from '../pipeline/seed-key.ts'
import { makeWorkFolder } from '../sandbox/tiers/host.ts'
import { gradeJob } from './grade-job.ts'
import type { Abilities, Demands, Grade, Job } from './grades.ts'
import type { Database } from './postgres/database.ts'
import { serve, type WorkerEvent } from './postgres/serve.ts'
import { misfitOf } from './workers.ts'

export interface WorkOptions {
  readonly name: string
  readonly labs: readonly PreparedLab[]
  readonly machine: Machine
  readonly able: Abilities
  readonly seedKey: SeedKey | null
  /** Signs the grades; see `WORKER_KEY`. */
  readonly signingKey: KeyObject | null
  /** How many jobs to grade at a time. */
  readonly jobs: number
  /** Stop after so long without a job; null for never. */
  readonly idleSeconds: number | null
  /** Aborted, the worker finishes the jobs at hand. */
  readonly signal: AbortSignal
  /** Aborted, it gives them back. */
  readonly again: AbortSignal
  readonly now: () => Date
  readonly say: (line: string) => void
}

/** Grades jobs of the database until the signal is aborted. */
export async function work(database: Database, options: WorkOptions): Promise<void> {
  const { name, labs, machine, able, seedKey, signingKey, jobs, idleSeconds, again, now, say } = options
  const scratch = makeWorkFolder()
  const suites = new SuiteHosts(mostIdleHosts(jobs), scratch)
  const bench = { labs, machine, suites, now, makeFolder: makeWorkFolder }
  const grade = async (job: Job, stop: AbortSignal): Promise<Grade> => {
    const draws = drawsFor(job.demands, seedKey)
    return gradeJob(job, { ...bench, draws }, stop)
  }
  const refuses = (demands: Demands) => {
    const words = misfitOf(demands, able)
    return words && `this machine has ${words.what}: ${words.fix}.`
  }
  const about = { ...able }
  const idle = new IdleStop(idleSeconds)
  const signal = AbortSignal.any([options.signal, idle.signal])
  const onEvent = (event: WorkerEvent) => {
    idle.note(event)
    const line = lineFor(event)
    if (line !== null) say(safeLine(line))
  }
  try {
    await serve(database, { name, about, refuses }, grade, { jobs, signal, again, signingKey, onEvent })
  } finally {
    idle.end()
    await suites.close()
    await rm(scratch, { recursive: true, force: true })
  }
}

/** How a job ends here. */
const ENDS: readonly WorkerEvent['kind'][] = ['finished', 'failed', 'lost', 'given back']

/** Aborts its signal when there was no job for a while. */
class IdleStop {
  readonly #stop = new AbortController()
  readonly #ms: number | null
  #timer: NodeJS.Timeout | undefined
  #jobs = 0

  constructor(seconds: number | null) {
    this.#ms = seconds === null ? null : 1000 * seconds
    this.#wait()
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  note({ kind }: WorkerEvent): void {
    if (kind === 'took') this.#jobs++
    else if (ENDS.includes(kind)) this.#jobs--
    this.#wait()
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  #wait(): void {
    this.end()
    if (this.#ms !== null && this.#jobs === 0) this.#timer = setTimeout(() => this.#stop.abort(), this.#ms)
  }
}

function drawsFor({ seed }: Demands, seedKey: SeedKey | null): { readonly seed: number } | SeedKey {
  if (seed !== null) return { seed }
  if (seedKey) return seedKey
  throw new GraderFault('a job draws from a key, and this worker has none.')
}

const idOf = ({ key, demands }: Job): string => `${demands.lab} ${key.slice(0, 12)}`

/** What a worker's terminal shows of an event: never a name, nor anything that a student's code wrote. */
function lineFor(event: WorkerEvent): string | null {
  switch (event.kind) {
    case 'took':
      return null
    case 'finished':
      return `✓ ${idOf(event.job)}  ${(event.ms / 1000).toFixed(1)} s`
    case 'failed':
      return `✗ ${idOf(event.job)}  no grade: "pnpm grade queue" shows why once it was tried three times`
    case 'given back':
      return `– ${idOf(event.job)}  given back`
    case 'lost':
      return `– ${idOf(event.job)}  went to another worker, because this one was silent for too long`
    case 'refused':
      return `Jobs for ${event.demands.lab} are not taken: ${event.why}`
    case 'trouble':
      return `The database cannot be reached (${event.why}). The work goes on when it is back.`
    case 'back':
      return 'The database is back.'
  }
}
