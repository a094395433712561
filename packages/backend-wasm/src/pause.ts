import type { HeapStats } from './heap.ts'

// Every platform has it, but not the type libraries that a page's code is checked with. Taken when this file is loaded,
// so that a test that replaces timers does not stop the reads of a backend.
declare const setTimeout: ((callback: () => void) => unknown) | undefined
const inAnotherTurn = typeof setTimeout === 'function' ? setTimeout : undefined

/** By how many bytes the slots in use may grow between two pauses: a sixteenth of the most that there is. */
const PAUSE_EVERY_BYTES = 128 * 2 ** 20

/**
 * A function that returns a promise to await if the slots in use have grown by 128 MiB since its last pause, and `null`
 * otherwise.
 *
 * Reads have their answers at once, so a loop that awaits nothing else stays in one turn of the event loop. But only
 * between two turns does the garbage collector report the handles that were dropped, and without a pause a loop that
 * releases nothing would fill the memory. Where there are no timers, there is no pause.
 */
export function pauses(stats: () => HeapStats): () => Promise<void> | null {
  let before = 0
  return () => {
    const { liveBytes } = stats()
    before = Math.min(before, liveBytes)
    if (liveBytes - before < PAUSE_EVERY_BYTES || inAnotherTurn === undefined) return null
    before = liveBytes
    tellCollector(PAUSE_EVERY_BYTES)
    return new Promise(resolve => void inAnotherTurn(resolve))
  }
}

/**
 * The collector sees small handles and not the memory behind them, so it does not hurry. It does see buffers: one of this
 * size, dropped at once, makes it count what the slots took. No page of it is ever written.
 */
function tellCollector(bytes: number): void {
  try {
    new ArrayBuffer(bytes)
  } catch {
    // No room for it: then the collector knows already.
  }
}
