import { safeJson } from '@backprop/safe-text'
import { stepsInWords } from '../final.ts'
import { explain, headline, isGrade, NO_GRADE, rows, SUITE_NOTE } from '../rows.ts'
import type { Report } from '../schema.ts'
import type { Status } from '../status.ts'
import { type Exporter, ExportRefused } from './exporter.ts'

const MOST_BYTES = 1_000_000

/**
 * `results.json` of a PrairieLearn external grader. What is no grade is not gradable: it costs the student no attempt.
 */
export const prairielearn: Exporter = {
  id: 'prairielearn',
  about: 'PrairieLearn external grader',
  file: 'prairielearn/results.json',
  mediaType: 'application/json',
  render(report) {
    if (!isGrade(report)) return safeJson({ gradable: false, message: NO_GRADE })
    if (nothingRan(report))
      return safeJson({ gradable: false, message: NOTHING_RAN, format_errors: problemsOf(report) })
    for (const isTerse of [false, true]) {
      const text = safeJson(resultsOf(report, isTerse))
      if (Buffer.byteLength(text) <= MOST_BYTES) return text
    }
    throw new ExportRefused(
      `prairielearn takes at most ${MOST_BYTES} bytes, and the names of ${rows(report).length} tests alone are more.`,
    )
  },
}

const NOTHING_RAN = 'Nothing of this submission could be run, so it was not graded. It costs no attempt.'

/** What does not compile, or cannot be taken: none of its tests was run. */
const nothingRan = ({ labs }: Report): boolean =>
  labs.length > 0 &&
  labs.every(
    ({ problem, exercises }) =>
      problem !== null && exercises.every(({ tests }) => tests.every(({ status }) => NOT_RUN.includes(status))),
  )
const NOT_RUN: readonly Status[] = ['error', 'missing', 'blocked', 'not-started']

const problemsOf = ({ labs }: Report): string[] =>
  labs.flatMap(({ id, problem }) => (problem === null ? [] : [`${id}: ${problem}`]))

function resultsOf(report: Report, isTerse: boolean): object {
  return {
    gradable: true,
    score: report.maxPoints === 0 ? 0 : (report.finalPoints ?? report.points) / report.maxPoints,
    message: [headline(report), SUITE_NOTE[report.suite], ...report.labs.flatMap(stepsInWords)]
      .filter(Boolean)
      .join('\n'),
    output: isTerse ? '' : problemsOf(report).join('\n'),
    tests: rows(report).map(({ id, name, test }) => ({
      name,
      description: id,
      points: test.points,
      max_points: test.maxPoints,
      message: isTerse ? '' : explain(test),
      output: isTerse ? '' : test.notes.join('\n'),
    })),
  }
}
