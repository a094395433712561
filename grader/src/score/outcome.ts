import type { TestFailure, TestResult } from '@backprop/testkit/run'
import type { Outcome, Status } from '@backprop/report'

/** What a result of the suite says of the student's code. Whatever is neither an assertion nor the student's doing is our own fault. */
export function outcomeOf({ exercise, name, state, ms, failures, notes }: TestResult): Outcome {
  const status = state === 'passed' ? 'passed' : state === 'skipped' ? 'missing' : statusOf(failures[0])
  return { exercise, test: name, status, ms, notes }
}

const DEATHS: Readonly<Record<string, Status>> = {
  timeout: 'timeout',
  cpu: 'timeout',
  memory: 'out-of-memory',
  exit: 'error',
  flood: 'error',
  protocol: 'tampered',
}

function statusOf(failure: TestFailure | undefined): Status {
  if (failure?.name === 'AssertionError') return 'failed'
  if (failure?.name === 'StudentError')
    return failure.kind === 'not-started' ? 'not-started' : failure.kind === 'memory' ? 'out-of-memory' : 'error'
  if (failure?.name === 'SandboxDied') return DEATHS[failure.kind ?? ''] ?? 'grader-error'
  // Every call has a bound of its own, so only a student who draws out many calls gets here.
  if (failure && /^Test timed out/.test(failure.message)) return 'timeout'
  return 'grader-error'
}
