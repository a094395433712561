import { failureOf, type SuiteEvent, type SuiteOptions } from './events.ts'
import { reporter } from './reporter.ts'
import { filesMentioning, openVitest } from './vitest-options.ts'

/**
 * A program that runs one suite with Vitest. It is a separate process so that it can be killed when a test never returns.
 * The first message from the parent holds the options; events go back as they happen.
 */

process.once('message', (options: SuiteOptions) => void run(options))
// Without a parent there is nothing to report to.
process.once('disconnect', () => process.exit(1))
// Node would open a debugger on this signal, and the code under test can send it when it runs as the same user.
process.on('SIGUSR1', () => {})

function send(event: SuiteEvent): void {
  process.send?.(event)
}

async function run(suite: SuiteOptions): Promise<void> {
  const vitest = await openVitest(suite, { reporters: [reporter(send)] })
  try {
    const { exercise } = suite
    send({ type: 'ready' })
    const files = exercise ? filesMentioning(exercise, await vitest.globTestSpecifications()) : []
    await vitest.start(files.map(({ moduleId }) => moduleId))
  } catch (error) {
    send({ type: 'broken', failure: failureOf(error) })
  }
  send({ type: 'done' })
  await vitest.close()
  process.disconnect?.()
  process.exit(0)
}
