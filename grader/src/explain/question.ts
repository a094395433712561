import type { KeyObject } from 'node:crypto'
import type { ExerciseManifest, Lab } from '@backprop/course'
import { Refused } from '@backprop/course/submission'
import type { Report, ReportExercise, ReportLab } from '@backprop/report'
import { safeBlock, safeLine } from '@backprop/safe-text'
import { findLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import { takeLabIn } from '../intake/take-lab-in.ts'
import { signatureFault } from '../signing/sign.ts'
import type { Explanation } from './schema.ts'

/** What to explain: the grade of one exercise, or of one of its tests. */
export interface Question {
  readonly report: Report
  readonly signature: { readonly state: Explanation['signature']; readonly fault: string | null }
  /** The lab and exercise as reported … */
  readonly reported: { readonly lab: ReportLab; readonly exercise: ReportExercise }
  /** … and in the course now. */
  readonly lab: Lab
  readonly exercise: ExerciseManifest
  readonly test?: string
  /** The folder that was presumably graded. */
  readonly submission: string
}

/** What the user typed. */
export interface Asked {
  readonly exercise: string
  readonly lab?: string
  readonly test?: string
  readonly submission?: string
  /** The course that the report belongs to. */
  readonly course: string
}

/** Resolves what the user typed, or throws `UsageError` with the available choices. */
export async function understand(report: Report, key: KeyObject | null, asked: Asked): Promise<Question> {
  if (report.suite !== 'hidden')
    throw new UsageError(
      'This is a report of the visible tests, which anyone can run: give a report of the hidden tests.',
    )
  const reported = findReported(report, asked)
  const { id } = reported.exercise
  const lab = (await findLabs('all', asked.course)).find(({ manifest }) => manifest.id === reported.lab.id)
  const exercise = lab?.manifest.exercises.find(each => each.id === id)
  if (!lab || !exercise) throw new UsageError(`The course has no exercise "${safeLine(id)}" in that lab anymore.`)
  const tests = exercise.tests.map(test => test.id)
  if (asked.test !== undefined && !tests.includes(asked.test))
    throw new UsageError(`"${id}" has no test "${asked.test}". It has: ${tests.join(', ')}.`)
  const submission = asked.submission ?? (await currentTree(asked.course, lab, reported.lab))
  return { report, signature: checkSignature(report, key), reported, lab, exercise, test: asked.test, submission }
}

function findReported({ labs }: Report, { lab: name, exercise: id }: Asked): Question['reported'] {
  const isNamed = (lab: ReportLab) =>
    name === undefined || lab.id === name || lab.id.startsWith(name.padStart(2, '0') + '-')
  const found = labs
    .filter(isNamed)
    .flatMap(lab => lab.exercises.filter(each => each.id === id).map(exercise => ({ lab, exercise })))
  if (found.length === 1) return found[0]
  const all = labs.map(lab => `${lab.id}: ${lab.exercises.map(each => each.id).join(', ')}`)
  const what = found.length > 1 ? `has "${id}" in more than one lab: choose with --lab` : `has no exercise "${id}"`
  throw new UsageError(
    safeBlock(
      `The report ${what}${name && found.length === 0 ? ` in lab ${name}` : ''}. It has:\n  ${all.join('\n  ')}`,
    ),
  )
}

/** The course's own tree, but only if it holds exactly the files that were graded. */
async function currentTree(course: string, lab: Lab, { provenance }: ReportLab): Promise<string> {
  const wanted = 'Give the folder that was graded with --submission'
  if (provenance.treeHash === null) throw new UsageError(`${wanted}: the report does not say which files were graded.`)
  try {
    const { treeHash } = await takeLabIn(course, lab)
    if (treeHash === provenance.treeHash) return course
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
  throw new UsageError(`${wanted}: the report has its hash, but does not say where it is.`)
}

function checkSignature(report: Report, key: KeyObject | null): Question['signature'] {
  if (!report.signature) return { state: 'unsigned', fault: null }
  if (!key) return { state: 'not checked', fault: null }
  const fault = signatureFault(report, key)
  return { state: fault === null ? 'valid' : 'invalid', fault }
}
