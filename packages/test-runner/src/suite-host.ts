import type { Vitest } from 'vitest/node'
import { failureOf, type SuiteEvent, type SuiteOptions } from './events.ts'
import { reporter } from './reporter.ts'
import { filesMentioning, openVitest, patternOf } from './vitest-options.ts'

/**
 * A program that runs a suite with Vitest. It is a separate process so that it can be killed when a test never returns.
 * Each message from the parent holds the options of one run; events go back as they happen, `done` last. Runs of one host
 * differ only in which tests they select and in the values that they provide.
 */

let vitest: Promise<Vitest> | undefined

process.on('message', (options: SuiteOptions) => void run(options))
// Without a parent there is nothing to report to.
process.once('disconnect', () => process.exit(1))
// Node would open a debugger on this signal, and the code under test can send it when it runs as the same user.
process.on('SIGUSR1', () => {})

function send(event: SuiteEvent): void {
  process.send?.(event)
}

async function run({ exercise, test, skip, listOnly, provide = {}, ...suite }: SuiteOptions): Promise<void> {
  try {
    vitest ??= openVitest(suite, { reporters: [reporter(send)] })
    const opened = await vitest
    for (const [name, value] of Object.entries(provide)) opened.provide(name as never, value as never)
    opened.setGlobalTestNamePattern(patternOf({ exercise, test, skip, listOnly }) ?? '')
    send({ type: 'ready' })
    const files = await opened.globTestSpecifications()
    // Each run has a new thread: nothing of an earlier one is left in it.
    await opened.runTestSpecifications(exercise ? filesMentioning(exercise, files) : files)
  } catch (error) {
    send({ type: 'broken', failure: failureOf(error) })
  }
  send({ type: 'done' })
}
