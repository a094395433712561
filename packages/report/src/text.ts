import { plainText } from '@backprop/safe-text'
import type { Report } from './schema.ts'

/** The bounds are far above what a course writes, and keep what somebody else wrote from filling a file. */
const MOST = { name: 200, note: 500, notes: 20, message: 2000, problem: 4000 }

/** The same report, every text of which is plain and short: what exporters are given. */
export function withPlainTexts(report: Report): Report {
  const name = (text: string) => plainText(text, MOST.name)
  return {
    ...report,
    submission: name(report.submission),
    labs: report.labs.map(lab => ({
      ...lab,
      title: name(lab.title),
      problem: lab.problem === null ? null : plainText(lab.problem, MOST.problem),
      exercises: lab.exercises.map(exercise => ({
        ...exercise,
        title: name(exercise.title),
        ...(exercise.section === undefined ? {} : { section: name(exercise.section) }),
        tests: exercise.tests.map(({ message, ...test }) => ({
          ...test,
          concept: name(test.concept),
          notes: test.notes.slice(0, MOST.notes).map(note => plainText(note, MOST.note)),
          ...(message === undefined ? {} : { message: plainText(message, MOST.message) }),
        })),
      })),
    })),
    ...(report.ungraded && { ungraded: report.ungraded.map(lab => ({ ...lab, title: name(lab.title) })) }),
    environment: { ...report.environment, tierReason: name(report.environment.tierReason) },
  }
}
