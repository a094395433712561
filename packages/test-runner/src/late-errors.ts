import { createHook } from 'node:async_hooks'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach } from 'vitest'
import { LATE } from './events.ts'

/**
 * A setup file, loaded before each test file whose code under test shares the thread. An error that nothing waits for, such
 * as a rejected promise or a throw in a timer, fails the test that was running; one from loading the file fails all of its
 * tests. The grader does the same in the student's process.
 */

/** How long in all a file waits for timers that its tests left running. */
const TIMER_WAIT_MS = 100
const STEP_MS = 5

const fromLoading: unknown[] = []
let late = fromLoading
let waitMs = TIMER_WAIT_MS

/** Timers that were started since the test began. Those of Vitest are older, or keep no process alive. */
const started = new Map<number, NodeJS.Timeout>()
createHook({
  init: (id, type, _trigger, timer) => {
    if (type === 'Timeout') started.set(id, timer as NodeJS.Timeout)
  },
  destroy: id => void started.delete(id),
  trackPromises: false,
}).enable()

const note = (error: unknown) => void late.push(error)
process.on('unhandledRejection', note)
process.on('uncaughtException', note)

beforeEach(async () => {
  if (late === fromLoading) await turn()
  late = []
  started.clear()
})

afterEach(async () => {
  await turn()
  while (waitMs > 0 && [...started.values()].some(timer => timer.hasRef())) {
    waitMs -= STEP_MS
    await sleep(STEP_MS, undefined, { ref: false })
  }
  const errors = [...fromLoading, ...late]
  if (errors.length > 0) throw asLate(errors[0])
})

/** The error itself, marked as late. */
function asLate(thrown: unknown): Error {
  const error =
    thrown instanceof Error ? thrown : new Error(`a promise was rejected, or something thrown: ${String(thrown)}`)
  if (Object.isExtensible(error)) Object.defineProperty(error, 'kind', { value: LATE, enumerable: true })
  return error
}
