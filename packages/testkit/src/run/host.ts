import type { SuiteEvent, SuiteOptions } from './events.ts'
import { openVitest, speakingOf } from './options.ts'
import { failureOf, reporter } from './reporter.ts'

/**
 * A process of its own in which Vitest runs one suite: it can be killed whole when a test never returns.
 * Options come as the first message from the parent; events go back as they happen.
 */

process.once('message', (options: SuiteOptions) => void run(options))
// Without a parent there is nobody to report to.
process.once('disconnect', () => process.exit(1))
// Node would open a debugger at this signal, which the code under test may send: it can run as the same user.
process.on('SIGUSR1', () => {})

function tell(event: SuiteEvent): void {
  process.send?.(event)
}

async function run(suite: SuiteOptions): Promise<void> {
  const vitest = await openVitest(suite, { reporters: [reporter(tell)] })
  try {
    const { exercise } = suite
    tell({ type: 'ready' })
    const files = exercise ? speakingOf(exercise, await vitest.globTestSpecifications()) : []
    await vitest.start(files.map(({ moduleId }) => moduleId))
  } catch (error) {
    tell({ type: 'broken', failure: failureOf(error) })
  }
  tell({ type: 'done' })
  await vitest.close()
  process.disconnect?.()
  process.exit(0)
}
