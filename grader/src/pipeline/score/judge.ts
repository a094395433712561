import type { Lab } from '@backprop/course'
import type { Outcome, Status } from '@backprop/report'
import { safeLine } from '@backprop/safe-text'
import { HostUnusable, type SuiteOutcome, type TestFailure, type TestResult } from '@backprop/test-runner'
import { GraderFault } from '../../errors.ts'
import type { LogEntry } from '../../report/ungraded.ts'
import { outcomeOf, suiteErrorOf } from './outcome.ts'

export interface Judged {
  readonly outcomes: Outcome[]
  readonly log: LogEntry[]
  /** Tests that broke on an answer: each with its error and its line, for the author of the suite. */
  readonly alerts: string[]
}

/** The outcome of each test of a lab, from the suite's run. Throws `GraderFault` if the run failed for our reasons. */
export function judge(lab: Lab, outcome: SuiteOutcome): Judged {
  const { results, broken, end, output } = outcome
  const id = lab.manifest.id
  const lost = lostDevice(outcome)
  if (lost !== null)
    throw new GraderFault(`the device failed while ${id} was graded, and again on a second try: ${lost}`)
  if (end === 'unstarted')
    throw new GraderFault(
      `the hidden suite of ${id} did not start: ${new HostUnusable(outcome).message}\nRun "pnpm grade doctor".`,
    )
  if (end === 'crashed') throw new GraderFault(`the hidden suite of ${id} crashed.\n${output}`)
  if (broken.length > 0)
    throw new GraderFault(`the hidden suite of ${id} is broken: ${broken[0].stack || broken[0].message}`)
  const outcomes = results.map(outcomeOf)
  const fault = outcomes.findIndex(outcome => outcome.status === 'grader-error')
  if (fault >= 0) {
    const { exercise, test } = outcomes[fault]
    const [failure] = results[fault].failures
    throw new GraderFault(`the hidden test ${id} ${exercise}/${test} is broken: ${failure?.stack || failure?.message}`)
  }
  // Vitest runs the files in its own order.
  const log = results.flatMap(logOf).sort((a, b) => a.test.localeCompare(b.test, 'en'))
  const alerts = results.flatMap(alertOf).sort()
  if (end !== 'too-slow') return { outcomes, log, alerts }
  const reported = new Set(outcomes.map(({ exercise, test }) => `${exercise}/${test}`))
  const late = allTests(lab, 'timeout').filter(({ exercise, test }) => !reported.has(`${exercise}/${test}`))
  return { outcomes: [...outcomes, ...late], log, alerts }
}

/** Why the device failed, or null. */
export function lostDevice({ results, broken }: SuiteOutcome): string | null {
  const isLoss = ({ name, kind }: TestFailure) =>
    name === 'DeviceLost' || name === 'BackendUnavailable' || (name === 'SandboxDied' && kind === 'device')
  return [...results.flatMap(({ failures }) => failures), ...broken].find(isLoss)?.message ?? null
}

function alertOf(result: TestResult): string[] {
  const error = suiteErrorOf(result)
  if (!error) return []
  const line = /\bhidden[\\/][\w\\/.-]+:\d+/.exec(error.stack)?.[0]
  const what = safeLine(`${error.name}: ${error.message}`, 300)
  return [`${result.exercise}/${result.name}: ${what}${line ? ` (${line})` : ''}`]
}

function logOf({ exercise, name, failures, output }: TestResult): LogEntry[] {
  const entry = (error: string, stack: string) => ({ test: `${exercise}/${name}`, error, stack })
  return [
    // The stack of a dead process is only where this side noticed, which depends on timing.
    ...failures.map(({ name: kind, message, stack, place }) =>
      entry(`${kind}: ${message}${place ? ` (${place})` : ''}`, kind === 'SandboxDied' ? '' : stack),
    ),
    ...(output ? [entry('printed', output)] : []),
  ]
}

/** The same status for each of a lab's tests. */
export const allTests = ({ manifest }: Lab, status: Status): Outcome[] =>
  manifest.exercises.flatMap(({ id, tests }) =>
    tests.map(test => ({ exercise: id, test: test.id, status, ms: 0, notes: [] })),
  )
