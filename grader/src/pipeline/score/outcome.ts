import type { Outcome, Status } from '@backprop/report'
import type { TestFailure, TestResult } from '@backprop/test-runner'

/** What a student reads next to a test that broke on an answer. */
const NOTE =
  'This hidden test could not cope with what your code returned, so it counts as failed. Your instructor sees where.'

/** What a test result says about the student's code. */
export function outcomeOf(result: TestResult): Outcome {
  const { exercise, name, ms, notes, failures } = result
  const told = result.state === 'failed' ? failures[0]?.told : undefined
  const status = statusOf(result)
  return {
    exercise,
    test: name,
    status,
    ms,
    notes: suiteErrorOf(result) && status === 'failed' ? [...notes, NOTE] : notes,
    ...(told === undefined ? {} : { message: told }),
  }
}

/** The failure of a test that is neither an assertion nor the student's: a mistake in the suite, even if an answer provoked it. */
export function suiteErrorOf({ state, failures: [failure] }: TestResult): TestFailure | undefined {
  return state === 'failed' && failure && isSuiteError(failure) ? failure : undefined
}

/** Whether a failure is neither an assertion nor caused by the student. */
export const isSuiteError = (failure: TestFailure): boolean => blameOf(failure) === null

function statusOf({ state, failures: [failure], answered }: TestResult): Status {
  if (state === 'passed') return 'passed'
  if (state === 'skipped') return 'missing'
  // Once the student's code has answered, the test broke on an answer: a better one would have passed or failed.
  return (failure && blameOf(failure)) ?? (answered ? 'failed' : 'grader-error')
}

const DEATHS: Readonly<Record<string, Status>> = {
  timeout: 'timeout',
  cpu: 'timeout',
  memory: 'out-of-memory',
  exit: 'error',
  flood: 'error',
  protocol: 'tampered',
  launch: 'grader-error',
  device: 'grader-error',
}

/** What the student's code did, judged by the failure; `null` if the failure says nothing about it. */
function blameOf(failure: TestFailure): Status | null {
  if (failure.name === 'AssertionError') return 'failed'
  if (failure.name === 'UnusableFile') return 'error'
  if (failure.name === 'StudentError')
    return failure.kind === 'not-started' ? 'not-started' : failure.kind === 'memory' ? 'out-of-memory' : 'error'
  if (failure.name === 'SandboxDied') return DEATHS[failure.kind ?? ''] ?? null
  // Every call has its own time limit, so only a student who draws out many calls gets here.
  return failure.message.startsWith('Test timed out') ? 'timeout' : null
}
