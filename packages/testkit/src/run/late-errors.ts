import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach } from 'vitest'
import { LATE } from './events.ts'

/**
 * Loaded before each test file whose code under test shares the thread. An error that nothing waits for, such as a rejected
 * promise or a throw in a timer, fails the test that was running; one from loading the file fails all of its tests.
 * The grader does the same behind its wall, see `latecomers.ts` there.
 */

/** How long timers that tests have left running may keep the file waiting. */
const PATIENCE_MS = 100
const STEP_MS = 5

const fromLoading: unknown[] = []
let late = fromLoading
let timersBefore = 0
let patienceMs = PATIENCE_MS

const note = (error: unknown) => void late.push(error)
process.on('unhandledRejection', note)
process.on('uncaughtException', note)

beforeEach(async () => {
  if (late === fromLoading) await turn()
  late = []
  timersBefore = timers()
})

afterEach(async () => {
  await turn()
  while (patienceMs > 0 && timers() > timersBefore) {
    patienceMs -= STEP_MS
    await sleep(STEP_MS, undefined, { ref: false })
  }
  const errors = [...fromLoading, ...late]
  if (errors.length > 0) throw asLate(errors[0])
})

const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length

/** The error itself, marked as one that came late. */
function asLate(thrown: unknown): Error {
  const error =
    thrown instanceof Error ? thrown : new Error(`a promise was rejected, or something thrown: ${String(thrown)}`)
  if (Object.isExtensible(error)) Object.defineProperty(error, 'kind', { value: LATE, enumerable: true })
  return error
}
