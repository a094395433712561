import { readFileSync } from 'node:fs'
import { MOST_STRETCH } from '@backprop/test-runner'

/**
 * A bound on the time of a student's process. On a busy machine a process waits for a processor, and that is not its own
 * time: what it waited is added to the bound. Where the system does not tell, the bound is one on the wall clock.
 */

/** Seconds by which the time that a process has waited may be old when a bound begins; reading it takes a moment. */
const FRESH_SECONDS = 1

/** Tells how long a process has waited for a processor, in seconds since it began. */
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

  /** As it was at most a second ago. */
  lately(): number {
    return performance.now() - this.#readAt < FRESH_SECONDS * 1000 ? this.#seconds : this.now()
  }
}

/** Calls `onEnd` after so many seconds, and those that were waited meanwhile. Returns how to call it off. */
export function deadline(seconds: number, waiting: Waiting, onEnd: () => void): () => void {
  const before = waiting.lately()
  let granted = 0
  const check = () => {
    const waited = Math.min(waiting.now() - before, (MOST_STRETCH - 1) * seconds)
    const more = waited - granted
    // What is left is too little to matter.
    if (more < 0.02 * seconds) return onEnd()
    granted = waited
    timer = setTimeout(check, more * 1000)
  }
  let timer = setTimeout(check, seconds * 1000)
  return () => clearTimeout(timer)
}

/**
 * How long a process and those that it started have waited for a processor, and the thread that asks, which may have to
 * answer them; 0 where the system does not tell.
 */
export const waitingOf = (pid: number | undefined): Waiting =>
  new Waiting(() => waitOf('/proc/thread-self/schedstat') + (pid === undefined ? 0 : waitOfTree(pid)))

/** Only the main thread of each: it runs the code, and its helpers compete with it. */
function waitOfTree(pid: number): number {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
  return children.reduce((sum, child) => sum + waitOfTree(child), waitOf(`/proc/${pid}/schedstat`))
}

/** The second of its numbers: nanoseconds of waiting. */
const waitOf = (file: string): number => Number(read(file).split(' ')[1] ?? 0) / 1e9

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // not Linux, or the process has just ended
  }
}
