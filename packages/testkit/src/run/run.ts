import { killGroup, startHost, type HostLimits } from './child.ts'
import { nothing, take } from './collect.ts'
import type { SuiteEvent, SuiteOptions, TestFailure, TestName, TestResult } from './events.ts'

/** Everything that one run of a suite brought. */
export interface SuiteOutcome {
  readonly tests: readonly TestName[]
  readonly results: readonly TestResult[]
  /** Errors outside any test: a file that does not import, for one. */
  readonly broken: readonly TestFailure[]
  /** `done`, or why the host ended before it said so. */
  readonly end: 'done' | 'too-slow' | 'stopped' | 'crashed'
  /** What the host itself printed, for when it crashed. */
  readonly output: string
}

export interface RunOptions extends SuiteOptions, HostLimits {
  /** Bound on the whole suite; the host and all it started are killed then. */
  readonly wallSeconds: number
  readonly signal?: AbortSignal
  readonly onEvent?: (event: SuiteEvent) => void
}

/** Runs a suite in a process group of its own, and returns when nothing of that group is left. */
export function runSuite({ wallSeconds, heapMB, env, signal, onEvent, ...options }: RunOptions): Promise<SuiteOutcome> {
  const child = startHost('./host.ts', { heapMB, env })
  const outcome = nothing()
  let end: SuiteOutcome['end'] = 'crashed'

  const kill = (why: SuiteOutcome['end']) => {
    end = why
    killGroup(child.pid)
  }
  const stop = () => kill('stopped')
  const timer = setTimeout(() => kill('too-slow'), wallSeconds * 1000)
  signal?.addEventListener('abort', stop, { once: true })
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (outcome.output = (outcome.output + chunk.toString()).slice(-8000)))

  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('message', (event: SuiteEvent) => {
      take(outcome, event)
      if (event.type === 'done') end = 'done'
      onEvent?.(event)
    })
    child.on('exit', () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      killGroup(child.pid)
      resolve({ ...outcome, end })
    })
    if (signal?.aborted) stop()
    else child.send(options)
  })
}
