import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { MOST_STRETCH, type SuiteEvent, type SuiteOptions, type TestName } from './events.ts'
import { killGroup } from './host-process.ts'
import { addEvent, emptyOutcome, START_SECONDS, type SuiteOutcome } from './outcome.ts'

export interface RunLimits {
  /**
   * Time limit of the suite, counted from `clock`; then the host and everything it started is killed. On Linux the time
   * that programs spent waiting for a processor is added, so a busy machine doesn't make a suite too slow.
   */
  readonly wallSeconds: number
  /**
   * What starts the clock: that the host is ready (the default), or that a test starts the code under test in a separate
   * process. Before that no delay is that code's fault, and `START_SECONDS` limits the wait.
   */
  readonly clock?: 'ready' | 'code-starts'
  readonly signal?: AbortSignal
  readonly onEvent?: (event: SuiteEvent) => void
}

/** Seconds that programs have waited for a processor since this machine started; 0 where the system doesn't say. */
function crowdedSeconds(): number {
  try {
    const [, microseconds] = /^some .*total=(\d+)/m.exec(readFileSync('/proc/pressure/cpu', 'utf8')) ?? []
    return Number(microseconds ?? 0) / 1e6
  } catch {
    return 0
  }
}

/**
 * Has a host run a suite, and returns when it is done or gone. A host that is not done within its limits is killed, with
 * everything it started; one that is done stays open if `keepsOpen`.
 */
export function watchRun(
  host: ChildProcess,
  suite: SuiteOptions,
  { wallSeconds, clock = 'ready', signal, onEvent, keepsOpen }: RunLimits & { readonly keepsOpen: boolean },
): Promise<SuiteOutcome> {
  const outcome = emptyOutcome()
  let end: SuiteOutcome['end'] = 'crashed'

  const kill = (why: SuiteOutcome['end']) => {
    end = why
    killGroup(host.pid)
  }
  const stop = () => kill('stopped')
  let timer = setTimeout(() => kill('unstarted'), START_SECONDS * 1000)
  let current: TestName | undefined
  let crashedBy: NodeJS.Signals | undefined
  let started: { readonly ms: number; readonly crowded: number } | undefined
  /** Seconds that were added to the limit so far. */
  const crowdedSince = (start: number) => Math.min(crowdedSeconds() - start, (MOST_STRETCH - 1) * wallSeconds)
  const startClock = () => {
    if (started) return
    const start = (started = { ms: performance.now(), crowded: crowdedSeconds() })
    clearTimeout(timer)
    const check = (granted: number) => {
      const crowded = crowdedSince(start.crowded)
      const more = crowded - granted
      if (more < 0.02 * wallSeconds) kill('too-slow')
      else timer = setTimeout(() => check(crowded), more * 1000)
    }
    timer = setTimeout(() => check(0), wallSeconds * 1000)
  }
  const print = (chunk: Buffer) => void (outcome.output = (outcome.output + chunk.toString()).slice(-8000))

  return new Promise((resolve, reject) => {
    const finish = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      for (const [name, listener] of listeners) host.removeListener(name, listener)
      for (const stream of [host.stdout, host.stderr]) stream?.removeListener('data', print)
      const usedSeconds = started ? (performance.now() - started.ms) / 1000 - crowdedSince(started.crowded) : 0
      const crash = end === 'crashed' ? { crashedIn: current, crashedBy } : {}
      resolve({ ...outcome, end, usedSeconds, ...crash })
    }
    const hear = (event: SuiteEvent) => {
      addEvent(outcome, event)
      if (event.type === clock) startClock()
      if (event.type === 'started') current = event.test
      if (event.type === 'finished') current = undefined
      if (event.type === 'done') end = 'done'
      onEvent?.(event)
      if (event.type !== 'done') return
      if (keepsOpen) finish()
      else killGroup(host.pid)
    }
    const exit = (_: number | null, signal: NodeJS.Signals | null) => {
      crashedBy = signal ?? undefined
      if (end === 'crashed' && !started) end = 'unstarted'
      killGroup(host.pid)
      finish()
    }
    const listeners = [
      ['error', reject],
      ['exit', exit],
      ['message', hear],
    ] as const
    for (const [name, listener] of listeners) host.on(name, listener)
    for (const stream of [host.stdout, host.stderr]) stream?.on('data', print)
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    else host.send(suite, () => {}) // the exit event reports a host that died early
  })
}
