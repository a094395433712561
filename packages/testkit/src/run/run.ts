import { readFileSync } from 'node:fs'
import { killGroup, startHost, type HostLimits } from './child.ts'
import { nothing, take } from './collect.ts'
import type { FoundTest, SuiteEvent, SuiteOptions, TestFailure, TestResult } from './events.ts'

/** Everything that one run of a suite brought. */
export interface SuiteOutcome {
  readonly tests: readonly FoundTest[]
  readonly results: readonly TestResult[]
  /** Errors outside any test: a file that does not import, for one. */
  readonly broken: readonly TestFailure[]
  /** `done`, or why the host ended before it said so; `unstarted`: before any of the code under test had run. */
  readonly end: 'done' | 'too-slow' | 'unstarted' | 'stopped' | 'crashed'
  /** What the host itself printed, for when it crashed. */
  readonly output: string
}

export interface RunOptions extends SuiteOptions, HostLimits {
  /**
   * Bound on the suite from `clock` on; the host and all it started are killed then. The time for which programs had to
   * wait for a processor is added to it, where Linux tells it: who starts a suite on a busy machine is not too slow.
   */
  readonly wallSeconds: number
  /**
   * What starts the clock: that the host is ready, the default, or that a test starts the code under test in a process of
   * its own. Before that nothing is the fault of that code, and `START_SECONDS` bound the wait.
   */
  readonly clock?: 'ready' | 'code-starts'
  readonly signal?: AbortSignal
  readonly onEvent?: (event: SuiteEvent) => void
}

/** So many times its length may a bound on time become while the machine is busy; it is not waited for without end. */
export const MOST_STRETCH = 10

/** For how many seconds, since this machine was started, programs had to wait for a processor; 0 where it does not tell. */
function crowdedSeconds(): number {
  try {
    const [, microseconds] = /^some .*total=(\d+)/m.exec(readFileSync('/proc/pressure/cpu', 'utf8')) ?? []
    return Number(microseconds ?? 0) / 1e6
  } catch {
    return 0
  }
}

/** No suite can run on this machine as it is; nothing of the code under test has run. */
export class HostUnusable extends Error {
  override readonly name = 'HostUnusable'

  constructor({ output }: Pick<SuiteOutcome, 'output'>) {
    const seen = output.trim()
      ? `It printed: ${output.trim().slice(0, 2000)}`
      : `It did nothing for ${START_SECONDS} s.`
    super(
      'the process that runs the tests never got as far as the code under test. Is the machine overloaded, or the disk of ' +
        `the temporary folder (TMPDIR) full or gone? ${seen}`,
    )
  }
}

/** A host may take long to start on a busy machine; one that takes longer than this hangs. */
export const START_SECONDS = 120

/** Runs a suite in a process group of its own, and returns when nothing of that group is left. */
export function runSuite(run: RunOptions): Promise<SuiteOutcome> {
  const { wallSeconds, clock = 'ready', heapMB, env, scratch, signal, onEvent, ...options } = run
  const child = startHost('./host.ts', { heapMB, env, scratch })
  const outcome = nothing()
  let end: SuiteOutcome['end'] = 'crashed'

  const kill = (why: SuiteOutcome['end']) => {
    end = why
    killGroup(child.pid)
  }
  const stop = () => kill('stopped')
  let timer = setTimeout(() => kill('unstarted'), START_SECONDS * 1000)
  let clockStarted = false
  const startClock = () => {
    if (clockStarted) return
    clockStarted = true
    clearTimeout(timer)
    const before = crowdedSeconds()
    const check = (granted: number) => {
      const crowded = Math.min(crowdedSeconds() - before, (MOST_STRETCH - 1) * wallSeconds)
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
      take(outcome, event)
      if (event.type === clock) startClock()
      if (event.type === 'done') end = 'done'
      onEvent?.(event)
    })
    child.on('exit', () => {
      clearTimeout(timer)
      if (end === 'crashed' && !clockStarted) end = 'unstarted'
      signal?.removeEventListener('abort', stop)
      killGroup(child.pid)
      resolve({ ...outcome, end })
    })
    if (signal?.aborted) stop()
    else child.send(options)
  })
}
