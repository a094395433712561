import { readFileSync } from 'node:fs'
import type { SuiteEvent, SuiteOptions, TestName } from './events.ts'
import { type HostLimits, killGroup, startHost } from './host-process.ts'
import { addEvent, emptyOutcome, START_SECONDS, type SuiteOutcome } from './outcome.ts'

export interface RunOptions extends SuiteOptions, HostLimits {
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

/** How many times longer a time limit may become while the machine is busy. */
export const MOST_STRETCH = 10

/** Seconds that programs have waited for a processor since this machine started; 0 where the system doesn't say. */
function crowdedSeconds(): number {
  try {
    const [, microseconds] = /^some .*total=(\d+)/m.exec(readFileSync('/proc/pressure/cpu', 'utf8')) ?? []
    return Number(microseconds ?? 0) / 1e6
  } catch {
    return 0
  }
}

/** Runs a suite in a new process group, and returns when nothing of that group is left. */
export function runSuite(run: RunOptions): Promise<SuiteOutcome> {
  const { wallSeconds, clock = 'ready', heapMB, env, scratch, signal, onEvent, ...options } = run
  const child = startHost('./suite-host.ts', { heapMB, env, scratch })
  const outcome = emptyOutcome()
  let end: SuiteOutcome['end'] = 'crashed'

  const kill = (why: SuiteOutcome['end']) => {
    end = why
    killGroup(child.pid)
  }
  const stop = () => kill('stopped')
  let timer = setTimeout(() => kill('unstarted'), START_SECONDS * 1000)
  let current: TestName | undefined
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
  signal?.addEventListener('abort', stop, { once: true })
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (outcome.output = (outcome.output + chunk.toString()).slice(-8000)))

  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('message', (event: SuiteEvent) => {
      addEvent(outcome, event)
      if (event.type === clock) startClock()
      if (event.type === 'started') current = event.test
      if (event.type === 'finished') current = undefined
      if (event.type === 'done') end = 'done'
      onEvent?.(event)
    })
    child.on('exit', () => {
      clearTimeout(timer)
      if (end === 'crashed' && !started) end = 'unstarted'
      signal?.removeEventListener('abort', stop)
      killGroup(child.pid)
      const usedSeconds = started ? (performance.now() - started.ms) / 1000 - crowdedSince(started.crowded) : 0
      resolve({ ...outcome, end, usedSeconds, crashedIn: end === 'crashed' ? current : undefined })
    })
    if (signal?.aborted) stop()
    else child.send(options)
  })
}
