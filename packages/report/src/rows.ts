import type { Report, ReportExercise, ReportLab, ReportTest } from './schema.ts'
import { type Status, WORDS } from './status.ts'

/** One test of a report, with names that are unique in the whole report. */
export interface Row {
  readonly lab: ReportLab
  readonly exercise: ReportExercise
  readonly test: ReportTest
  /** `01-perceptron/score/any-shape`: unique. */
  readonly id: string
  /** A name for people, unique too. */
  readonly name: string
  /** Its place in the report, such as `1.2.3`. */
  readonly number: string
}

/** All tests of a report, in its order. */
export function rows(report: Report): Row[] {
  const all = report.labs.flatMap((lab, l) =>
    lab.exercises.flatMap((exercise, e) =>
      exercise.tests.map((test, t) => ({
        lab,
        exercise,
        test,
        id: `${lab.id}/${exercise.id}/${test.id}`,
        name: `${lab.id} ${exercise.title}: ${test.concept}`,
        number: `${l + 1}.${e + 1}.${t + 1}`,
      })),
    ),
  )
  const isUnique = new Set(all.map(row => row.name)).size === all.length
  return isUnique ? all : all.map(row => ({ ...row, name: `${row.name} (${row.id})` }))
}

/** Statuses that need no explanation. */
const SELF_EXPLAINING: readonly Status[] = ['passed', 'not-started', 'blocked']

/** The common cause of several failures in a lab, which is shown once, above them. */
export interface SharedCause {
  readonly message: string
  readonly tests: number
}

/** The causes that tests of a lab share, in the order of their first test. */
export function sharedCauses({ exercises }: ReportLab): SharedCause[] {
  const counts = new Map<string, number>()
  for (const { status, message } of exercises.flatMap(({ tests }) => tests))
    if (status === 'error' && message !== undefined) counts.set(message, (counts.get(message) ?? 0) + 1)
  return [...counts].flatMap(([message, tests]) => (tests > 1 ? [{ message, tests }] : []))
}

export const isShared = (causes: readonly SharedCause[], { message }: ReportTest): boolean =>
  causes.some(cause => cause.message === message)

/** The tests to look at for lost points, except those whose cause is shown above. */
export function toLookAt(lab: ReportLab, exercise: ReportExercise): ReportTest[] {
  if (hasNotRun(lab)) return []
  const causes = sharedCauses(lab)
  return exercise.tests.filter(test => !SELF_EXPLAINING.includes(test.status) && !isShared(causes, test))
}

/** Whether the problem of the whole lab explains all of its tests. */
export function hasNotRun({ problem, exercises }: Standing): boolean {
  return problem !== null && exercises.every(({ status }) => status === 'error' || status === 'missing')
}

type Standing = Pick<ReportLab, 'problem'> & { readonly exercises: readonly Pick<ReportExercise, 'status'>[] }

/** The number of tests that failed because of it, and the cause. */
export const inWords = ({ message, tests }: SharedCause): string => `${tests} tests ended in an error:\n${message}`

/** Whether the report has a score: after a fault of the grader there is none, not even zero. */
export const isGrade = (report: Report): boolean =>
  !report.ungraded && rows(report).every(({ test }) => test.status !== 'grader-error')

/** Shown wherever a report without a score might be taken for a grade. */
export const NO_GRADE =
  'This submission could not be graded through a fault of the grader, so there is no score: grade it again.'

/** What to tell the student about a test that has not passed. */
export function explain({ status, message }: ReportTest): string {
  if (status === 'passed') return ''
  const sentence = `Your code ${WORDS[status].says}.`
  return message === undefined ? sentence : `${sentence}\n${message}`
}

/** One line with the points of a report and their kind. */
export function headline({ suite, points, maxPoints, finalPoints, ungraded = [] }: Report): string {
  if (suite === 'visible') return `${points} of ${maxPoints} visible tests pass`
  const without = ungraded.length > 0 ? `, and no score for ${ungraded.map(({ id }) => id).join(', ')}` : ''
  const tests = finalPoints === undefined || finalPoints === points ? '' : ` (tests: ${points})`
  return `${finalPoints ?? points} of ${maxPoints} points${tests}${without}`
}

/** A share in whole percent: 100 only for all of it, and 0 only for nothing. */
export function percentOf(part: number, whole: number): number {
  if (part <= 0 || whole <= 0) return 0
  if (part >= whole) return 100
  return Math.min(99, Math.max(1, Math.round((100 * part) / whole)))
}

/** A note on the tests that were run; empty for the hidden ones. */
export const SUITE_NOTE: Readonly<Record<Report['suite'], string>> = {
  hidden: '',
  visible: 'Visible tests: feedback, not a grade. The grade comes from hidden tests, which try other numbers.',
}

/** For a commit that claims to be newer than its grade. */
export const FROM_FUTURE = 'its commit is dated after it was graded'

/** The clocks of students' computers differ a little. */
const TOLERANCE_MS = 5 * 60 * 1000

export const isFromFuture = (times: { readonly committedAt?: string | null; readonly gradedAt: string }): boolean =>
  !!times.committedAt && Date.parse(times.committedAt) > Date.parse(times.gradedAt) + TOLERANCE_MS
