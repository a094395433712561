import { beforeEach } from 'vitest'
import { BEGINS } from './events.ts'

// The library takes most of the ten lines that V8 keeps, and the line of the code under test is below.
Error.stackTraceLimit = 50

/**
 * A setup file, loaded before each test file. Vitest reports what happened when the thread is idle or a tenth of a second
 * has passed. An endless loop prevents both, and an earlier test would look like the one that hangs. An annotation is sent
 * at once, together with everything that happened before it.
 */
beforeEach(({ annotate }) => annotate('', BEGINS))
