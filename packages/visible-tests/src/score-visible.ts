import type { LabManifest } from '@backprop/course'
import { type Outcome, score, type ScoredLab, type Status } from '@backprop/report'
import type { SuiteOutcome, TestFailure, TestName, TestResult } from '@backprop/test-runner'
import { CRASHED, failureText, type Place, placeOf } from './failure-text.ts'
import type { VisibleTest } from './list-visible-tests.ts'

/** A lab scored by its visible tests: one point for each test that passes. */
export interface VisibleScore extends ScoredLab {
  /** Why no test could run. */
  readonly problem: string | null
  /** What was wrong in each failed test, and where. */
  readonly failures: readonly VisibleFailure[]
}

export interface VisibleFailure {
  /** Id of the exercise; undefined when no test could run. */
  readonly exercise?: string
  readonly title: string
  readonly message: string
  readonly place?: Place
}

/** `tests` lists the tests that count. Any other test in the outcome was made up by the code under test. */
export function scoreVisible(manifest: LabManifest, tests: readonly VisibleTest[], run: SuiteOutcome): VisibleScore {
  const [broken] = run.results.length === 0 ? run.broken : []
  const silent = tests.filter(test => !run.results.some(isOf(test)))
  const isFirst = (test: VisibleTest) => test === silent.find(({ file }) => file === test.file)
  const outcomes = tests.flatMap((test): Outcome[] => {
    const results = run.results.filter(isOf(test))
    if (results.length > 0) return results.map(result => ({ ...outcomeOf(result), test: test.id }))
    return [
      { exercise: test.exercise, test: test.id, ms: 0, notes: [], ...silence(run, test, isFirst(test), manifest) },
    ]
  })
  const scored = score(scaleOf(manifest, tests), outcomes)
  return {
    ...scored,
    problem: broken ? failureText(broken) : null,
    failures: broken
      ? [{ title: scored.title, message: failureText(broken), place: placeOf(broken) }]
      : failuresIn(scored, run),
  }
}

const isOf = (test: TestName) => (other: TestName) => other.exercise === test.exercise && other.name === test.name

/** Without exercises that have no visible tests. */
function scaleOf({ id, title, exercises }: LabManifest, tests: readonly VisibleTest[]) {
  const scales = exercises.map(exercise => ({
    id: exercise.id,
    title: exercise.title,
    requires: [],
    tests: tests
      .filter(test => test.exercise === exercise.id)
      .map(test => ({ ...test, points: 1, concept: test.name })),
  }))
  return { id, title, exercises: scales.filter(scale => scale.tests.length > 0) }
}

/** Notes are left out: the code under test could write them, and they would look like text from the course. */
function outcomeOf({ exercise, name, state, ms, failures: [failure] }: TestResult): Outcome {
  const outcome = { exercise, test: name, ms, notes: [] }
  if (state !== 'failed' || !failure) return { ...outcome, status: state === 'passed' ? 'passed' : 'missing' }
  const status = statusOf(failure)
  return status === 'not-started' ? { ...outcome, status } : { ...outcome, status, message: failureText(failure) }
}

function statusOf({ name, message }: TestFailure): Status {
  if (name === 'AssertionError') return 'failed'
  if (name === 'NotImplemented') return 'not-started'
  return message.startsWith('Test timed out') ? 'timeout' : 'error'
}

/** Why a test wasn't reported, as far as the run shows; only the first test of a file gets the message. */
function silence(
  { end, broken, results }: SuiteOutcome,
  { file }: VisibleTest,
  isFirst: boolean,
  { limits }: LabManifest,
) {
  const because = (status: Status, message: string) => (isFirst ? { status, message } : { status })
  if (end === 'too-slow')
    return because('timeout', `It did not end within ${limits.wallSeconds} s: is there an endless loop?`)
  const [failure] = broken.filter(each => each.file === undefined || each.file === file)
  if (failure) return results.length === 0 ? { status: 'error' as const } : because('error', failureText(failure))
  return end === 'crashed' ? because('error', CRASHED) : { status: 'missing' as const }
}

function failuresIn({ exercises }: ScoredLab, { results, broken }: SuiteOutcome): VisibleFailure[] {
  return exercises.flatMap(exercise =>
    exercise.tests.flatMap(({ concept, message }) => {
      if (message === undefined) return []
      const result = results.find(isOf({ exercise: exercise.id, name: concept }))
      const failure = result ? result.failures[0] : broken.find(each => failureText(each) === message)
      return [{ exercise: exercise.id, title: `${exercise.title}: ${concept}`, message, place: placeOf(failure) }]
    }),
  )
}
