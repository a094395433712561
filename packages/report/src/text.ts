import { plainText } from '@backprop/safe-text'
import type { Final } from './final.ts'
import type { Report } from './schema.ts'

/** Far above what a course writes, but low enough that untrusted text cannot fill a file. */
const LIMITS = { name: 200, note: 500, notes: 20, message: 2000, problem: 4000 }

/** The report for exporters: all its texts are plain and short. */
export function withPlainTexts(report: Report): Report {
  const name = (text: string) => plainText(text, LIMITS.name)
  return {
    ...report,
    submission: name(report.submission),
    labs: report.labs.map(lab => ({
      ...lab,
      title: name(lab.title),
      problem: lab.problem === null ? null : plainText(lab.problem, LIMITS.problem),
      ...(lab.final === undefined ? {} : { final: withPlainWords(lab.final) }),
      exercises: lab.exercises.map(exercise => ({
        ...exercise,
        title: name(exercise.title),
        ...(exercise.section === undefined ? {} : { section: name(exercise.section) }),
        tests: exercise.tests.map(({ message, ...test }) => ({
          ...test,
          concept: name(test.concept),
          notes: test.notes.slice(0, LIMITS.notes).map(note => plainText(note, LIMITS.note)),
          ...(message === undefined ? {} : { message: plainText(message, LIMITS.message) }),
        })),
      })),
    })),
    ...(report.ungraded && { ungraded: report.ungraded.map(lab => ({ ...lab, title: name(lab.title) })) }),
    environment: { ...report.environment, tierReason: name(report.environment.tierReason) },
  }
}

function withPlainWords({ overrides, late, comments, ...final }: Final): Final {
  const note = (text: string) => plainText(text, LIMITS.note)
  const extension = late?.extension && { ...late.extension, reason: note(late.extension.reason) }
  return {
    ...final,
    ...(overrides && { overrides: overrides.map(each => ({ ...each, reason: note(each.reason), by: note(each.by) })) }),
    ...(late && { late: { ...late, ...(extension && { extension }) } }),
    ...(comments && {
      comments: comments.map(each => ({ ...each, text: plainText(each.text, LIMITS.message), by: note(each.by) })),
    }),
  }
}
