import { stripVTControlCharacters } from 'node:util'
import type { SuiteOptions, TestResult } from './events.ts'
import { openVitest, speakingOf } from './options.ts'
import { reporter } from './reporter.ts'

/** A day: people look at a line for long. */
const NO_LIMIT_SECONDS = 86_400

/**
 * Runs a suite under whatever debugger started this process: its one worker inherits the environment, by which debuggers
 * attach themselves, and nothing is stopped by a clock.
 */
export async function debugSuite(
  suite: Omit<SuiteOptions, 'testSeconds'>,
): Promise<{ isGreen: boolean; text: string }> {
  const results: TestResult[] = []
  const broken: string[] = []
  const tell = reporter(event => {
    if (event.type === 'finished' && event.result.state !== 'skipped') results.push(event.result)
    if (event.type === 'broken') broken.push(event.failure.message)
  })
  const vitest = await openVitest({ ...suite, testSeconds: NO_LIMIT_SECONDS }, { reporters: [tell], pool: 'forks' })
  try {
    const files = suite.exercise ? speakingOf(suite.exercise, await vitest.globTestSpecifications()) : []
    await vitest.start(files.map(({ moduleId }) => moduleId))
  } finally {
    await vitest.close()
  }
  const rows = results.map(({ exercise, name, state, failures: [failure] }) =>
    state === 'passed'
      ? `ok    ${exercise}: ${name}`
      : `FAIL  ${exercise}: ${name}\n      ${firstLine(failure?.message ?? '')}`,
  )
  const isGreen = broken.length === 0 && results.length > 0 && results.every(({ state }) => state === 'passed')
  return { isGreen, text: `${[...rows, ...broken.map(message => `FAIL  ${firstLine(message)}`)].join('\n')}\n` }
}

const firstLine = (text: string): string => stripVTControlCharacters(text).split('\n')[0]
