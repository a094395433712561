import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { SuiteOptions } from './events.ts'
import { type HostLimits, killGroup, startHost } from './host-process.ts'
import type { SuiteOutcome } from './outcome.ts'
import { type RunLimits, watchRun } from './watch-run.ts'

/** Each run starts a thread. By default V8 collects its garbage many times while modules load, and all of them survive. */
const YOUNG = '--min-semi-space-size=16'

/** After so many runs a host is replaced, whatever Vitest may have piled up in it. */
const MOST_RUNS = 100

interface Host {
  readonly process: ChildProcess
  readonly kind: string
  runs: number
}

/**
 * Processes that run suites and stay open, because starting Vitest costs more than most suites. Each run has its own
 * thread, which ends with it and takes along what the run has started. A host is used again only if it was done.
 */
export class SuiteHosts {
  readonly #mostIdle: number
  /** Where the hosts keep their own data; the system's temporary folder if absent. */
  readonly scratch: string | undefined
  /** The one that was used last is at the end. */
  readonly #idle: Host[] = []
  #isClosed = false

  /**
   * @param mostIdle how many hosts stay open while none of them runs a suite
   * @param scratch where the hosts keep their own data; the system's temporary folder by default
   */
  constructor(mostIdle: number, scratch?: string) {
    this.#mostIdle = mostIdle
    this.scratch = scratch
  }

  /** Runs may overlap; each has its own host. */
  async run(options: SuiteOptions & Omit<HostLimits, 'scratch'> & RunLimits): Promise<SuiteOutcome> {
    const { heapMB, env, wallSeconds, clock, signal, onEvent, ...suite } = options
    const host = this.#take({ heapMB, env, scratch: this.scratch }, suite)
    const keepsOpen = this.#mostIdle > 0
    const outcome = await watchRun(host.process, suite, { wallSeconds, clock, signal, onEvent, keepsOpen })
    host.runs++
    if (keepsOpen && outcome.end === 'done') this.#putBack(host)
    return outcome
  }

  /** Ends the hosts that run nothing; the others end with their runs. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#idle.splice(0).map(end))
  }

  #take(limits: HostLimits, suite: SuiteOptions): Host {
    const kind = kindOf(limits, suite)
    const at = this.#idle.findLastIndex(each => each.kind === kind && isAlive(each))
    if (at >= 0) return this.#idle.splice(at, 1)[0]
    return { process: startHost('./suite-host.ts', limits, [YOUNG]), kind, runs: 0 }
  }

  #putBack(host: Host): void {
    if (this.#isClosed || host.runs >= MOST_RUNS) return killGroup(host.process.pid)
    this.#idle.push(host)
    if (this.#idle.length > this.#mostIdle) killGroup(this.#idle.shift()?.process.pid)
  }
}

async function end(host: Host): Promise<void> {
  if (!isAlive(host)) return
  const exit = once(host.process, 'exit')
  killGroup(host.process.pid)
  await exit
}

const isAlive = ({ process }: Host): boolean => process.exitCode === null && process.signalCode === null

/** What differs from run to run of one host. */
const PER_RUN = { exercise: undefined, test: undefined, skip: undefined, listOnly: undefined }

/** Hosts are alike if everything that Vitest gets only once is the same. */
const kindOf = (limits: HostLimits, { provide = {}, ...suite }: SuiteOptions): string =>
  JSON.stringify({ ...limits, ...suite, ...PER_RUN, provide: Object.keys(provide).sort() })
