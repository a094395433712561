import { stripVTControlCharacters } from 'node:util'
import type { LabManifest } from '@backprop/course'
import { score, type Outcome, type ScoredLab, type Status } from '@backprop/report'
import { plainText } from '@backprop/safe-text'
import type { SuiteOutcome, TestFailure, TestName, TestResult } from '@backprop/test-runner'
import type { VisibleTest } from './list.ts'

/** A lab as its visible tests see it: a point for each test that passes, so that points count tests. */
export interface VisibleScore extends ScoredLab {
  /** Why no test could be run. */
  readonly problem: string | null
  /** Of each failure what was wrong and where. */
  readonly troubles: readonly Trouble[]
}

export interface Trouble {
  /** Id and title of the exercise, or nothing where no test could be run. */
  readonly exercise?: string
  readonly title: string
  readonly message: string
  readonly place?: Place
}

/** A line in the lab's folder: of `src/` where the stack has one, otherwise of `test/`. */
export interface Place {
  readonly file: string
  readonly line: number
}

/** `tests` says what there is to pass. Whatever else the outcome tells of, the code under test has made up. */
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
    problem: broken ? tell(broken) : null,
    troubles: broken ? [{ title: scored.title, message: tell(broken), place: placeOf(broken) }] : troubles(scored, run),
  }
}

const isOf = (test: TestName) => (other: TestName) => other.exercise === test.exercise && other.name === test.name

/** Without exercises that have no visible tests, of which they say nothing. */
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

/** No notes: the code under test could write them, and they would look like words of the course. */
function outcomeOf({ exercise, name, state, ms, failures: [failure] }: TestResult): Outcome {
  const outcome = { exercise, test: name, ms, notes: [] }
  if (state !== 'failed' || !failure) return { ...outcome, status: state === 'passed' ? 'passed' : 'missing' }
  const status = statusOf(failure)
  return status === 'not-started' ? { ...outcome, status } : { ...outcome, status, message: tell(failure) }
}

function statusOf({ name, message }: TestFailure): Status {
  if (name === 'AssertionError') return 'failed'
  if (name === 'NotImplemented') return 'not-started'
  return message.startsWith('Test timed out') ? 'timeout' : 'error'
}

/** A test that was not reported, and why, as far as the run can tell; only the first of its file carries the words. */
function silence(
  { end, broken, results }: SuiteOutcome,
  { file }: VisibleTest,
  isFirst: boolean,
  { limits }: LabManifest,
) {
  const because = (status: Status, message: string) => (isFirst ? { status, message } : { status })
  if (end === 'too-slow')
    return because('timeout', `It did not end within ${limits.wallSeconds} s: is there a loop without an end?`)
  const [failure] = broken.filter(each => each.file === undefined || each.file === file)
  if (failure) return results.length === 0 ? { status: 'error' as const } : because('error', tell(failure))
  return end === 'crashed' ? because('error', CRASHED) : { status: 'missing' as const }
}

/** Said when the process of the tests is gone before they are done. */
export const CRASHED = 'The tests ended before they were done: did your code end the process, or use up the memory?'

function troubles({ exercises }: ScoredLab, { results, broken }: SuiteOutcome): Trouble[] {
  return exercises.flatMap(exercise =>
    exercise.tests.flatMap(({ concept, message }) => {
      if (message === undefined) return []
      const result = results.find(isOf({ exercise: exercise.id, name: concept }))
      const failure = result ? result.failures[0] : broken.find(each => tell(each) === message)
      return [{ exercise: exercise.id, title: `${exercise.title}: ${concept}`, message, place: placeOf(failure) }]
    }),
  )
}

const MOST = { lines: 12, characters: 2000 }

/** A failure in words for people, which may hold text of the student's code. */
export function tell(failure: TestFailure): string {
  const { name, message } = failure
  const place = placeOf(failure)
  const what = name === 'AssertionError' || name === 'Error' ? message : `${name}: ${message}`
  const where = name !== 'AssertionError' && place?.file.startsWith('src/') ? `at ${place.file}:${place.line}` : ''
  const lines = stripVTControlCharacters(what).split('\n').filter(line => line.trim() !== '') // prettier-ignore
  return plainText([...lines.slice(0, MOST.lines), where].filter(Boolean).join('\n'), MOST.characters)
}

/** The line that a failure points at: of the student's files if there is one, otherwise of a test. */
export const placeOf = (failure: TestFailure | undefined): Place | undefined => placesOf(failure)[0]

/** The folder of a package of the course, which has a `src/` of its own. */
const LIBRARY = String.raw`[\\/]packages[\\/][\w-]+`

/** All lines that a failure points at, the innermost first; those of the student's files before those of tests. */
export function placesOf(failure: TestFailure | undefined): Place[] {
  const text = stripVTControlCharacters(failure ? `${failure.stack}\n${failure.message}` : '')
  return ['src', 'test'].flatMap(folder => {
    const found = text.matchAll(new RegExp(`(?<!${LIBRARY})[\\\\/](${folder}[\\\\/][\\w.-]+\\.ts):(\\d{1,6})`, 'g'))
    return Array.from(found, ([, file, line]) => ({ file: file.replaceAll('\\', '/'), line: Number(line) }))
  })
}
