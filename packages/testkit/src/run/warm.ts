import type { ChildProcess } from 'node:child_process'
import { killGroup, startHost, type HostLimits } from './child.ts'
import type { Order, SuiteEvent, SuiteOptions, TestFailure, TestName, TestResult } from './events.ts'
import type { SuiteOutcome } from './run.ts'
import type { RunningAt } from './where.ts'

export type WarmOptions = Omit<SuiteOptions, 'exercise' | 'test' | 'listOnly'> & HostLimits

export interface WarmRun {
  /** Only tests of this exercise. */
  readonly exercise?: string
  /** Files that have changed since the last run, by their full path. */
  readonly changed: readonly string[]
  /** Bound on the time in which nothing happens: no test begins or ends. */
  readonly stallSeconds: number
  readonly signal?: AbortSignal
  readonly onEvent?: (event: SuiteEvent) => void
}

export interface WarmOutcome extends SuiteOutcome {
  /** What the code under test printed. */
  readonly printed: string
  /** The test that ran when the host was killed, and where in the code it was. */
  readonly hung?: { readonly test?: TestName; readonly places: readonly RunningAt[] }
}

/** A new host may take long on a busy machine; none of the time is the fault of the code under test. */
const START_SECONDS = 60

/** Where a thread is, it says within this time or not at all. */
const ANSWER_MS = 1500

/**
 * A suite that is run many times, in a process group that stays. When a run must be killed, the next one has a new
 * process, which starts at once.
 */
export class WarmSuite {
  readonly #options: WarmOptions
  #host: ChildProcess
  #isReady = false
  #isClosed = false

  constructor(options: WarmOptions) {
    this.#options = options
    this.#host = this.#open()
  }

  /** Runs the tests of one exercise, or all. One run at a time. */
  async run(run: WarmRun): Promise<WarmOutcome> {
    if (this.#host.exitCode !== null || this.#host.signalCode !== null) this.#host = this.#open()
    const started = this.#isReady ? run.stallSeconds : START_SECONDS
    const outcome = await runOn(this.#host, { ...run, startSeconds: started })
    if (outcome.end !== 'done' && !this.#isClosed) this.#host = this.#open()
    return outcome
  }

  close(): void {
    this.#isClosed = true
    killGroup(this.#host.pid)
  }

  #open(): ChildProcess {
    const { heapMB, env, ...suite } = this.#options
    const host = startHost('./warm-host.ts', { heapMB, env })
    this.#isReady = false
    host.on('message', ({ type }: SuiteEvent) => (this.#isReady ||= type === 'ready'))
    host.on('error', () => {})
    host.send({ type: 'open', suite } satisfies Order, () => {}) // a host that died early is noticed by its end
    return host
  }
}

function runOn(
  host: ChildProcess,
  { exercise, changed, startSeconds, stallSeconds, signal, onEvent }: WarmRun & { readonly startSeconds: number },
) {
  const outcome: Collected = { tests: [], results: [], broken: [], output: '', printed: '' }
  let current: TestName | undefined
  let timer: NodeJS.Timeout | undefined

  return new Promise<WarmOutcome>(resolve => {
    const finish = (end: SuiteOutcome['end'], hung?: WarmOutcome['hung']) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      for (const [name, listener] of listeners) host.removeListener(name, listener)
      for (const stream of [host.stdout, host.stderr]) stream?.removeAllListeners('data')
      if (end !== 'done') killGroup(host.pid)
      resolve({ ...outcome, end, hung })
    }
    const stop = () => finish('stopped')
    const askWhere = () => {
      host.send({ type: 'where' } satisfies Order, () => {})
      timer = setTimeout(() => finish('too-slow', { test: current, places: [] }), ANSWER_MS)
    }
    const wait = (seconds: number) => {
      clearTimeout(timer)
      timer = setTimeout(askWhere, seconds * 1000)
    }
    const crash = () => finish('crashed')
    for (const stream of [host.stdout, host.stderr])
      stream?.on('data', (chunk: Buffer) => (outcome.output = (outcome.output + chunk.toString()).slice(-8000)))
    const hear = (event: SuiteEvent) => {
      if (event.type === 'where') return finish('too-slow', { test: current, places: event.places })
      if (event.type !== 'printed') wait(stallSeconds)
      if (event.type === 'started') current = event.test
      take(outcome, event)
      onEvent?.(event)
      if (event.type === 'done') finish('done')
    }
    const listeners = [
      ['error', crash],
      ['exit', crash],
      ['message', hear],
    ] as const
    for (const [name, listener] of listeners) host.on(name, listener)
    signal?.addEventListener('abort', stop, { once: true })
    wait(startSeconds)
    if (signal?.aborted) stop()
    else host.send({ type: 'run', exercise, changed } satisfies Order, () => {})
  })
}

interface Collected {
  tests: TestName[]
  results: TestResult[]
  broken: TestFailure[]
  output: string
  printed: string
}

function take(outcome: Collected, event: SuiteEvent): void {
  if (event.type === 'collected') outcome.tests.push(...event.tests)
  else if (event.type === 'finished') outcome.results.push(event.result)
  else if (event.type === 'broken') outcome.broken.push(event.failure)
  else if (event.type === 'printed') outcome.printed += event.text
}
