import type { ChildProcess } from 'node:child_process'
import type { Order, SuiteEvent, SuiteOptions, TestName } from './events.ts'
import { type HostLimits, killGroup, startHost } from './host-process.ts'
import { addEvent, emptyOutcome, type SuiteOutcome } from './outcome.ts'
import type { RunningAt } from './running-at.ts'

export type WarmOptions = Omit<SuiteOptions, 'exercise' | 'test' | 'listOnly'> & HostLimits

export interface WarmRun {
  /** Only tests of this exercise. */
  readonly exercise?: string
  /** Absolute paths of the files that have changed since the last run. */
  readonly changed: readonly string[]
  /** Stop those files where they produce a NaN: such a test fails with an error named `NAN_MADE`. */
  readonly traceNaN?: boolean
  /** How long nothing may happen, that is, no test may begin or end; longer if the machine has no time for the tests. */
  readonly stallSeconds: number
  readonly signal?: AbortSignal
}

export interface WarmOutcome extends SuiteOutcome {
  /** What the code under test printed. */
  readonly printed: string
  /** What was running when the host was killed or crashed. */
  readonly during?: During
}

export interface During {
  readonly test?: TestName
  /** Where in the code it was, as far as that is known; the innermost line first. */
  readonly places: readonly RunningAt[]
  /** How much memory it had taken by then, if that was a lot. */
  readonly megabytes?: number
}

/** A new host may start slowly on a busy machine, and that isn't the fault of the code under test. */
const START_SECONDS = 60

/** A host that has not answered by then does not answer. It gives its threads 3 s to say where they are. */
const ANSWER_SECONDS = 4

/**
 * The share of the heap limit from which memory is worth a word when code doesn't return. Memory also grows by what the
 * garbage collector hasn't freed yet: 100 MB are usual for a loop that makes new lists all the time.
 */
const A_LOT = 0.5

/**
 * When a run is too slow: it has had this share of `stallSeconds` as processor time, or less than this share of the time
 * that went by, which means that it waits for something, or `stallSeconds` have gone by so many times.
 */
const STALL = { busy: 0.5, idle: 0.05, most: 2 }

/** How long a cancelled run may take to end by itself, which is quicker than starting a new process. */
const CANCEL_SECONDS = 1

/**
 * A suite that is run many times in one process that stays open. When a run has to be killed, a new process for the next
 * run starts at once.
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

  /** Runs the tests of one exercise, or all. A run that starts during another one waits for it to end. */
  run(run: WarmRun): Promise<WarmOutcome> {
    const mine = this.#last.then(() => this.#run(run))
    this.#last = mine.catch(() => {})
    return mine
  }

  async #run(run: WarmRun): Promise<WarmOutcome> {
    if (run.signal?.aborted || this.#isClosed) return { ...emptyOutcome(), printed: '', end: 'stopped' }
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
    host.send({ type: 'open', suite } satisfies Order, () => {}) // the exit event reports a host that died early
    return host
  }
}

/** One run. `killed`: the host is gone. */
function runOn(
  host: ChildProcess,
  {
    startSeconds,
    stallSeconds,
    signal,
    heapMB,
    ...order
  }: WarmRun & { readonly startSeconds: number; readonly heapMB?: number },
) {
  const outcome = { ...emptyOutcome(), printed: '' }
  let current: TestName | undefined
  let timer: NodeJS.Timeout | undefined
  let grown: Omit<During, 'test'> = { places: [] }
  /** Since when nothing has happened. */
  let quietSince = performance.now()
  let isAsking = false

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
    const reset = () => {
      quietSince = performance.now()
      isAsking = false
      after(stallSeconds, askCpu)
    }
    const askCpu = () => {
      isAsking = true
      host.send({ type: 'cpu' } satisfies Order, () => {})
      after(ANSWER_SECONDS, askWhere)
    }
    const hearCpu = (used: number) => {
      if (!isAsking || signal?.aborted) return
      isAsking = false
      const seconds = (performance.now() - quietSince) / 1000
      const isHeldUp = used < STALL.busy * stallSeconds && used > STALL.idle * seconds
      if (isHeldUp && seconds < STALL.most * stallSeconds) after(stallSeconds / 4, askCpu)
      else askWhere()
    }
    const askWhere = () => {
      host.send({ type: 'where' } satisfies Order, () => {})
      after(ANSWER_SECONDS, () => finish('too-slow', stalled()))
    }
    const stalled = (): During => {
      const isALot = grown.megabytes !== undefined && heapMB !== undefined && grown.megabytes > A_LOT * heapMB
      return { places: grown.places, megabytes: isALot ? grown.megabytes : undefined, test: current }
    }
    const stop = () => after(CANCEL_SECONDS, () => finish('stopped'))
    const crash = () => finish('crashed', { ...grown, test: current })
    const print = (chunk: Buffer) => void (outcome.output = (outcome.output + chunk.toString()).slice(-8000))
    const hear = (event: SuiteEvent) => {
      if (event.type === 'where') {
        const during = stalled()
        return finish('too-slow', event.places.length > 0 ? { ...during, places: event.places } : during)
      }
      if (event.type === 'grown') return void (grown = { places: event.places, megabytes: event.megabytes })
      if (event.type === 'cpu') return hearCpu(event.seconds)
      if (event.type !== 'printed' && !signal?.aborted) reset()
      if (event.type === 'started' || event.type === 'finished') {
        current = event.type === 'started' ? event.test : undefined
        grown = { places: [] }
      }
      if (event.type === 'printed') outcome.printed += event.text
      addEvent(outcome, event)
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
    after(startSeconds, askCpu)
    host.send({ type: 'run', heapMB, ...order } satisfies Order, () => {})
  })
}
