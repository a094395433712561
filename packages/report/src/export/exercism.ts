import { clipText, safeJson } from '@backprop/safe-text'
import { explain, isGrade, NO_GRADE, rows } from '../rows.ts'
import type { Status } from '../status.ts'
import type { Exporter } from './exporter.ts'

/** Of a test's output; of a message it takes 65,535 characters, and no text of a report is as long. */
const MOST_OUTPUT = 500

const VERDICTS: Readonly<Record<Status, 'pass' | 'fail' | 'error'>> = {
  passed: 'pass',
  failed: 'fail',
  'not-started': 'fail',
  blocked: 'error',
  error: 'error',
  timeout: 'error',
  'out-of-memory': 'error',
  missing: 'error',
  tampered: 'error',
  'grader-error': 'error',
}

/** `results.json` of an Exercism test runner, version 3: exercises are its tasks, numbered through the report. */
export const exercism: Exporter = {
  id: 'exercism',
  about: 'Exercism test runner, version 3',
  file: 'exercism/results.json',
  mediaType: 'application/json',
  render(report) {
    const all = rows(report)
    if (!isGrade(report)) return safeJson({ version: 1, status: 'error', message: NO_GRADE })
    const exercises = report.labs.flatMap(lab => lab.exercises)
    const tests = all.map(({ name, exercise, test }) => ({
      name,
      task_id: exercises.indexOf(exercise) + 1,
      status: VERDICTS[test.status],
      ...(test.status === 'passed' ? {} : { message: explain(test) }),
      ...(test.notes.length === 0 ? {} : { output: clipText(test.notes.join('\n'), MOST_OUTPUT) }),
    }))
    // Without a single test nothing was tested, which is no pass.
    if (tests.every(test => test.status === 'error')) {
      const problems = report.labs.flatMap(lab => lab.problem ?? [])
      const message =
        problems.join('\n') || (tests.length === 0 ? 'There are no tests.' : 'Every test ended in an error.')
      return safeJson({ version: 3, status: 'error', message: clipText(message, 65_535), tests })
    }
    return safeJson({ version: 3, status: tests.every(test => test.status === 'pass') ? 'pass' : 'fail', tests })
  },
}
