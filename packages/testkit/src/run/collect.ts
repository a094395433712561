import type { FoundTest, SuiteEvent, TestFailure, TestResult } from './events.ts'

/** What a host has told so far. */
export interface Collected {
  tests: FoundTest[]
  results: TestResult[]
  broken: TestFailure[]
  /** What the host itself printed. */
  output: string
}

export const nothing = (): Collected => ({ tests: [], results: [], broken: [], output: '' })

export function take(outcome: Collected, event: SuiteEvent): void {
  if (event.type === 'collected') outcome.tests.push(...event.tests)
  else if (event.type === 'finished') outcome.results.push(event.result)
  else if (event.type === 'broken') outcome.broken.push(event.failure)
}
