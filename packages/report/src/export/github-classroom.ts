import { safeJson, workflowText } from '@backprop/safe-text'
import { explain, isGrade, NO_GRADE } from '../rows.ts'
import type { ReportExercise, ReportLab } from '../schema.ts'
import type { Status } from '../status.ts'
import { type Exporter, type ExportFile, ExportRefused } from './exporter.ts'

type Verdict = 'pass' | 'fail' | 'error'

const VERDICTS: Readonly<Record<Status, Verdict>> = {
  passed: 'pass',
  failed: 'fail',
  'not-started': 'fail',
  blocked: 'fail',
  error: 'error',
  timeout: 'error',
  'out-of-memory': 'error',
  missing: 'error',
  tampered: 'error',
  'grader-error': 'error',
}

/**
 * What `autograding-grading-reporter` reads. It takes the results of "runners" from environment variables, and the sum
 * on its console agrees with the grade only if each runner has one test; so each exercise is a separate runner.
 * `runners` holds their names for the reporter's input, `env` a line for each that may be appended to `$GITHUB_ENV`.
 */
export const githubClassroom: Exporter = {
  id: 'github-classroom',
  about: 'autograding-grading-reporter, beside env and runners',
  file: 'github-classroom/*.json',
  mediaType: 'application/json',
  render(report) {
    if (!isGrade(report)) throw new ExportRefused(`github-classroom: ${NO_GRADE}`)
    // The reporter divides by the points, and an exercise without any changes no total.
    const runners = report.labs.flatMap(lab =>
      lab.exercises
        .filter(exercise => exercise.maxPoints > 0)
        .map(exercise => ({ name: runnerOf(lab, exercise), text: resultsOf(lab, exercise) })),
    )
    const file = (name: string, text: string): ExportFile => ({ name: `github-classroom/${name}`, text })
    const variable = ({ name, text }: ExportFile) => `${name.toUpperCase()}_RESULTS=${base64(text)}\n`
    return [
      ...runners.map(({ name, text }) => file(`${name}.json`, text)),
      file('runners', `${runners.map(({ name }) => name).join(',')}\n`),
      file('env', runners.map(variable).join('')),
    ]
  },
}

/** A name that is one of a variable, too: `lab_01_perceptron__score`. */
function runnerOf(lab: ReportLab, exercise: ReportExercise): string {
  return `lab_${lab.id}__${exercise.id}`.replaceAll('-', '_')
}

function resultsOf(lab: ReportLab, exercise: ReportExercise): string {
  const status = VERDICTS[exercise.status]
  const lost = exercise.tests.filter(test => test.status !== 'passed')
  const test = {
    name: workflowText(`${lab.id} ${exercise.title}`),
    status,
    score: exercise.points,
    message: workflowText(lost.map(each => `${each.concept}: ${explain(each)}`).join('\n')),
    test_code: '',
    filename: '',
    line_no: 0,
    duration: exercise.tests.reduce((sum, each) => sum + each.ms, 0),
  }
  return safeJson({ version: 1, status, max_score: exercise.maxPoints, tests: [test] })
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
