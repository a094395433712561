import type { Report, ReportExercise, ReportLab, ReportTest } from './schema.ts'
import { WORDS, type Status } from './status.ts'

/** One test of a report, with what it is called where exercises and labs are not. */
export interface Row {
  readonly lab: ReportLab
  readonly exercise: ReportExercise
  readonly test: ReportTest
  /** `01-perceptron/score/any-shape`: unique. */
  readonly id: string
  /** For people, in the course's words, and unique too. */
  readonly name: string
  /** `1.2.3`: its place in the report. */
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

/** Statuses that the word of the exercise says in full. */
const SELF_EXPLAINING: readonly Status[] = ['passed', 'not-started', 'blocked']

/** What several tests of a lab failed by: it is said once, above them. */
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

/** The tests that somebody who looks for lost points wants to read of, but for those whose cause is said above. */
export function toLookAt(lab: ReportLab, exercise: ReportExercise): ReportTest[] {
  if (hasNotRun(lab)) return []
  const causes = sharedCauses(lab)
  return exercise.tests.filter(test => !SELF_EXPLAINING.includes(test.status) && !isShared(causes, test))
}

/** Whether a problem of the whole lab says all that there is to say of its tests. */
export function hasNotRun({ problem, exercises }: Standing): boolean {
  return problem !== null && exercises.every(({ status }) => status === 'error' || status === 'missing')
}

type Standing = Pick<ReportLab, 'problem'> & { readonly exercises: readonly Pick<ReportExercise, 'status'>[] }

/** How many tests a cause has brought down, and the cause. */
export const inWords = ({ message, tests }: SharedCause): string => `${tests} tests ended in an error:\n${message}`

/** Whether points follow from the report: a fault of our own is no score, neither zero nor any other. */
export const isGrade = (report: Report): boolean =>
  !report.ungraded && rows(report).every(({ test }) => test.status !== 'grader-error')

/** Said wherever a report that is none would be taken for a grade. */
export const NO_GRADE =
  'This submission could not be graded through a fault of the grader, so there is no score: grade it again.'

/** What there is to say to the student of a test that has not passed. */
export function explain({ status, message }: ReportTest): string {
  if (status === 'passed') return ''
  const sentence = `Your code ${WORDS[status].says}.`
  return message === undefined ? sentence : `${sentence}\n${message}`
}

/** The points of a report in words, which say what kind of points they are. */
export function headline({ suite, points, maxPoints, ungraded = [] }: Report): string {
  if (suite === 'visible') return `${points} of ${maxPoints} visible tests pass`
  const without = ungraded.length > 0 ? `, and no score for ${ungraded.map(({ id }) => id).join(', ')}` : ''
  return `${points} of ${maxPoints} points${without}`
}

/** A share in whole percent: 100 means all of it, and 0 nothing. */
export function percentOf(part: number, whole: number): number {
  if (part <= 0 || whole <= 0) return 0
  if (part >= whole) return 100
  return Math.min(99, Math.max(1, Math.round((100 * part) / whole)))
}

/** What a reader must know of the suite; nothing of the hidden one. */
export const SUITE_NOTE: Readonly<Record<Report['suite'], string>> = {
  hidden: '',
  visible: 'Visible tests: feedback, not a grade. The grade comes from hidden tests, which try other numbers.',
}
