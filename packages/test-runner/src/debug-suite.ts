import { stripVTControlCharacters } from 'node:util'
import type { SuiteOptions, TestResult } from './events.ts'
import { reporter } from './reporter.ts'
import { filesMentioning, openVitest } from './vitest-options.ts'

/** A day: you may stare at a line for a long time. */
const NO_LIMIT_SECONDS = 86_400

/**
 * Runs a suite under the debugger that started this process: its only worker inherits the environment variables through
 * which debuggers attach, and there is no time limit.
 */
export async function debugSuite(
  suite: Omit<SuiteOptions, 'testSeconds'>,
): Promise<{ isGreen: boolean; text: string }> {
  const results: TestResult[] = []
  const broken: string[] = []
  const report = reporter(event => {
    if (event.type === 'finished' && event.result.state !== 'skipped') results.push(event.result)
    if (event.type === 'broken') broken.push(event.failure.message)
  })
  const vitest = await openVitest({ ...suite, testSeconds: NO_LIMIT_SECONDS }, { reporters: [report], pool: 'forks' })
  try {
    const files = suite.exercise ? filesMentioning(suite.exercise, await vitest.globTestSpecifications()) : []
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
