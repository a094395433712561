import { beforeEach } from 'vitest'
import { BEGINS } from './events.ts'

/**
 * Loaded before each test file. Vitest tells what happens when the thread rests, or a tenth of a second has passed; a loop
 * without an end keeps it from both, and then an earlier test would look like the one that runs. What a test notes is
 * passed on at once, and all that happened before it.
 */
beforeEach(({ annotate }) => annotate('', BEGINS))
