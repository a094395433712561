import type { ChildProcess } from 'node:child_process'
import { killGroup, startHost, type HostLimits } from './child.ts'
import { nothing, take } from './collect.ts'
import type { Order, SuiteEvent, SuiteOptions, TestName } from './events.ts'
import type { SuiteOutcome } from './run.ts'
import type { RunningAt } from './where.ts'

export type WarmOptions = Omit<SuiteOptions, 'exercise' | 'test' | 'listOnly'> & HostLimits

export interface WarmRun {
  /** Only tests of this exercise. */
  readonly exercise?: string
  /** Files that have changed since the last run, by their full path. */
  readonly changed: readonly string[]
  /** Stop those files where they make a NaN: such a test fails with an error named `NAN_MADE`. */
  readonly traceNaN?: boolean
  /** Bound on the time in which nothing happens: no test begins or ends. */
  readonly stallSeconds: number
  readonly signal?: AbortSignal
}

export interface WarmOutcome extends SuiteOutcome {
  /** What the code under test printed. */
  readonly printed: string
  /** The test that ran when the host ended before its time, if one did, and where in the code it was, if that is known. */
  readonly during?: During
}

export interface During {
  readonly test?: TestName
  readonly places: readonly RunningAt[]
  /** Memory that it had taken by then, where it had taken much. */
  readonly megabytes?: number
}

/** A new host may take long on a busy machine; none of the time is the fault of the code under test. */
const START_SECONDS = 60

/** Where a thread is, it says within this time or not at all. */
const ANSWER_SECONDS = 1.5

/** A run that is no longer wanted may end within this time by itself, which is quicker than a new process. */
const NEARLY_SECONDS = 1

/**
 * A suite that is run many times, in a process group that stays. When a run must be killed, the next one has a new
 * process, which starts at once.
 */
export class WarmSuite {
  readonly #options: WarmOptions
  #host: ChildProcess
  #isReady = false
  #isClosed = false
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: WarmOptions) {
    this.#options = options
    this.#host = this.#open()
  }

  /** Runs the tests of one exercise, or all. A run that begins while another one goes on waits for its end. */
  run(run: WarmRun): Promise<WarmOutcome> {
    const mine = this.#last.then(() => this.#run(run))
    this.#last = mine.catch(() => {})
    return mine
  }

  async #run(run: WarmRun): Promise<WarmOutcome> {
    if (run.signal?.aborted || this.#isClosed) return { ...nothing(), printed: '', end: 'stopped' }
    if (this.#host.exitCode !== null || this.#host.signalCode !== null) this.#host = this.#open()
    const startSeconds = this.#isReady ? run.stallSeconds : START_SECONDS
    const { heapMB } = this.#options
    const { killed, ...outcome } = await runOn(this.#host, { ...run, heapMB, startSeconds })
    if (killed && !this.#isClosed) this.#host = this.#open()
    return outcome
  }

  close(): void {
    this.#isClosed = true
    killGroup(this.#host.pid)
  }

  #open(): ChildProcess {
    const { heapMB, env, scratch, ...suite } = this.#options
    const host = startHost('./warm-host.ts', { heapMB, env, scratch })
    this.#isReady = false
    host.on('message', ({ type }: SuiteEvent) => (this.#isReady ||= type === 'ready'))
    host.on('error', () => {})
    host.send({ type: 'open', suite } satisfies Order, () => {}) // a host that died early is noticed by its end
    return host
  }
}

/** One run. `killed` tells that the host is no more. */
function runOn(
  host: ChildProcess,
  {
    startSeconds,
    stallSeconds,
    signal,
    ...order
  }: WarmRun & { readonly startSeconds: number; readonly heapMB?: number },
) {
  const outcome = { ...nothing(), printed: '' }
  let current: TestName | undefined
  let timer: NodeJS.Timeout | undefined
  let grown: Omit<During, 'test'> = { places: [] }

  return new Promise<WarmOutcome & { readonly killed: boolean }>(resolve => {
    const finish = (end: SuiteOutcome['end'], during?: WarmOutcome['during']) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      for (const [name, listener] of listeners) host.removeListener(name, listener)
      for (const stream of [host.stdout, host.stderr]) stream?.removeListener('data', print)
      const killed = end !== 'done'
      if (killed) killGroup(host.pid)
      resolve({ ...outcome, end, during, killed })
    }
    const after = (seconds: number, then: () => void) => {
      clearTimeout(timer)
      timer = setTimeout(then, seconds * 1000)
    }
    const askWhere = () => {
      host.send({ type: 'where' } satisfies Order, () => {})
      after(ANSWER_SECONDS, () => finish('too-slow', { ...grown, test: current }))
    }
    const stop = () => after(NEARLY_SECONDS, () => finish('stopped'))
    const crash = () => finish('crashed', { ...grown, test: current })
    const print = (chunk: Buffer) => void (outcome.output = (outcome.output + chunk.toString()).slice(-8000))
    const hear = (event: SuiteEvent) => {
      if (event.type === 'where') {
        const places = event.places.length > 0 ? event.places : grown.places
        return finish('too-slow', { ...grown, places, test: current })
      }
      if (event.type === 'grown') return void (grown = { places: event.places, megabytes: event.megabytes })
      if (event.type !== 'printed' && !signal?.aborted) after(stallSeconds, askWhere)
      if (event.type === 'started' || event.type === 'finished') {
        current = event.type === 'started' ? event.test : undefined
        grown = { places: [] }
      }
      if (event.type === 'printed') outcome.printed += event.text
      take(outcome, event)
      if (event.type === 'done') finish('done')
    }
    const listeners = [
      ['error', crash],
      ['exit', crash],
      ['message', hear],
    ] as const
    for (const [name, listener] of listeners) host.on(name, listener)
    for (const stream of [host.stdout, host.stderr]) stream?.on('data', print)
    signal?.addEventListener('abort', stop, { once: true })
    after(startSeconds, askWhere)
    host.send({ type: 'run', ...order } satisfies Order, () => {})
  })
}
