import type { Report } from './schema.ts'

// Escapes of terminals, halves of characters, marks that reorder text, and what XML 1.0 cannot hold.
const UNWANTED = /(?![\t\n])[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu
const CUT = '… (cut)'

/** Text of any origin, fit for any format: characters that can be seen, line feeds and tabs, at most `most` of them. */
export function plainText(text: string, most: number): string {
  const clean = text
    .slice(0, 4 * most)
    .replaceAll('\r\n', '\n')
    .replaceAll(UNWANTED, '\ufffd')
  return clip(clean, most)
}

/** At most `most` characters, and a word about it where some are missing. Never cuts a character in two. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text
  return `${text.slice(0, most - CUT.length).replace(/[\ud800-\udbff]$/, '')}${CUT}`
}

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
        tests: exercise.tests.map(({ message, ...test }) => ({
          ...test,
          concept: name(test.concept),
          notes: test.notes.slice(0, MOST.notes).map(note => plainText(note, MOST.note)),
          ...(message === undefined ? {} : { message: plainText(message, MOST.message) }),
        })),
      })),
    })),
    environment: { ...report.environment, tierReason: name(report.environment.tierReason) },
  }
}
