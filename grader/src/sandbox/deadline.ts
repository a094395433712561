import { MOST_STRETCH } from '@backprop/test-runner/events'
import { childrenOf, readProc } from './proc.ts'

/**
 * A time limit for a student's process. On a busy machine a process waits for a CPU, which is not its
 * fault, so the time it waited is added to the limit. Where the system doesn't report it, the limit is wall-clock time.
 */

/** How many seconds old a reading of the waiting time may be when a limit begins; reading it takes a moment. */
const FRESH_SECONDS = 1

/** How long a process has waited for a CPU, in seconds since it began. */
export class Waiting {
  readonly #read: () => number
  #seconds = 0
  #readAt = -Infinity

  constructor(read: () => number) {
    this.#read = read
  }

  now(): number {
    this.#readAt = performance.now()
    return (this.#seconds = this.#read())
  }

  /** A reading that is at most a second old. */
  lately(): number {
    return performance.now() - this.#readAt < FRESH_SECONDS * 1000 ? this.#seconds : this.now()
  }
}

/** Calls `onEnd` after `seconds`, plus the time spent waiting for a CPU. Returns a function that cancels it. */
export function deadline(seconds: number, waiting: Waiting, onEnd: () => void): () => void {
  const before = waiting.lately()
  let granted = 0
  const check = () => {
    const waited = Math.min(waiting.now() - before, (MOST_STRETCH - 1) * seconds)
    const more = waited - granted
    // The rest is too short to matter.
    if (more < 0.02 * seconds) return onEnd()
    granted = waited
    timer = setTimeout(check, more * 1000)
  }
  let timer = setTimeout(check, seconds * 1000)
  return () => clearTimeout(timer)
}

/**
 * How long some processes, their children and the asking thread (which may have to answer them) have waited for a CPU;
 * 0 where the system doesn't report it.
 */
export const waitingOf = (...pids: readonly (number | undefined)[]): Waiting =>
  new Waiting(() =>
    pids.reduce<number>(
      (sum, pid) => sum + (pid === undefined ? 0 : waitOfTree(pid)),
      waitOf('/proc/thread-self/schedstat'),
    ),
  )

/** Only the main thread of each: it runs the code, and its helper threads compete with it. */
function waitOfTree(pid: number): number {
  return childrenOf(pid).reduce((sum, child) => sum + waitOfTree(child), waitOf(`/proc/${pid}/schedstat`))
}

/** The second field: nanoseconds spent waiting. */
const waitOf = (file: string): number => Number(readProc(file).split(' ')[1] ?? 0) / 1e9
