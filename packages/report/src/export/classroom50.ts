import { safeJson } from '@backprop/safe-text'
import { isGrade, NO_GRADE, rows } from '../rows.ts'
import type { Report } from '../schema.ts'
import { type Classroom50Submission, type ExportContext, type Exporter, ExportRefused } from './exporter.ts'

const VARIABLES: Readonly<Record<keyof Classroom50Submission, readonly string[]>> = {
  classroom: ['CLASSROOM'],
  assignment: ['ASSIGNMENT'],
  assignmentType: ['ASSIGNMENT_TYPE'],
  owner: ['OWNER', 'USERNAME'],
  submission: ['SUBMISSION_TAG'],
  commit: ['COMMIT_URL'],
  release: ['RELEASE_URL'],
  review: ['REVIEW_URL', 'COMMIT_URL'],
}

/** Reads the environment of Classroom 50's runner, as far as it is there. */
export function classroom50FromEnv(env: Readonly<Record<string, string | undefined>>): Partial<Classroom50Submission> {
  const entries = Object.entries(VARIABLES).map(([field, names]) => [field, names.map(name => env[name]).find(Boolean)])
  return Object.fromEntries(entries) as Partial<Classroom50Submission>
}

/** `result.json` as Classroom 50 collects it: schema `classroom50/result/v1`. */
export const classroom50: Exporter = {
  id: 'classroom50',
  about: 'Classroom 50',
  file: 'classroom50/result.json',
  mediaType: 'application/json',
  needs: submissionOf,
  render(report, context) {
    const { assignmentType, ...submission } = submissionOf(context)
    if (!isGrade(report)) throw new ExportRefused(`classroom50: ${NO_GRADE}`)
    const { committedAt, gradedAt } = report.provenance
    const result = {
      schema: 'classroom50/result/v1',
      ...submission,
      assignment_type: assignmentType,
      datetime: toSeconds(committedAt ?? gradedAt),
      graded_at: toSeconds(gradedAt),
      score: report.finalPoints ?? report.points,
      'max-score': report.maxPoints,
      tests: testsOf(report),
    }
    return safeJson(result)
  },
}

function testsOf(report: Report): object[] {
  return rows(report).map(({ id, name, test }) => ({
    'test-name': name,
    passed: test.status === 'passed',
    score: test.points,
    'max-score': test.maxPoints,
    id,
    ...(test.status === 'passed' ? {} : { kind: test.status }),
    ...(test.message === undefined ? {} : { message: test.message }),
  }))
}

function submissionOf({ classroom50: given = {} }: ExportContext): Classroom50Submission {
  const known = { assignmentType: 'individual', ...withoutGaps(given) }
  const missing = Object.entries(VARIABLES).filter(([field]) => !Object.hasOwn(known, field))
  if (missing.length > 0) {
    const names = missing.map(([, variables]) => variables.join(' or '))
    throw new ExportRefused(
      `classroom50 cannot be written without ${names.join(', ')}: environment variables that Classroom 50 sets ` +
        'where it grades. Set them, or leave classroom50 out of --export.',
    )
  }
  // Every field is there: none is missing.
  const submission = known as Classroom50Submission
  if (!submission.submission.startsWith('submit/'))
    throw new ExportRefused(`classroom50: SUBMISSION_TAG is "${submission.submission}", but must begin with "submit/".`)
  if (!['individual', 'group'].includes(submission.assignmentType))
    throw new ExportRefused(
      `classroom50: ASSIGNMENT_TYPE is "${submission.assignmentType}", but must be individual or group.`,
    )
  return submission
}

const withoutGaps = (fields: object): object => Object.fromEntries(Object.entries(fields).filter(([, value]) => value))
const toSeconds = (time: string): string => `${new Date(time).toISOString().slice(0, 19)}Z`
