import type { KeyObject } from 'node:crypto'
import { hashSuite, type Lab } from '@backprop/course'
import type { Report } from '@backprop/report'
import { renderPage } from '../report/report-page.ts'
import { contradictions, disagreements } from './invariants.ts'
import { NotAReport, openReport } from './read.ts'
import { signatureFault } from './sign.ts'

/** The result of checking one file. */
export interface Verdict {
  /** Null if the file is not a report. */
  readonly report: Report | null
  /** Reasons not to believe the file. */
  readonly faults: readonly string[]
  /** What else an instructor should know. */
  readonly notes: readonly string[]
}

/** The labs of this course by id, each with the hash of its manifest and hidden suite. */
export type Course = ReadonlyMap<string, { readonly lab: Lab; readonly hash: string }>

export async function presentCourse(labs: readonly Lab[]): Promise<Course> {
  const entries = labs.map(async lab => [lab.manifest.id, { lab, hash: await hashSuite(lab, 'hidden') }] as const)
  return new Map(await Promise.all(entries))
}

/** Whether a file is a report that was signed with `key`, is unchanged since, and agrees with itself and the course. */
export async function verifyFile(file: string, key: KeyObject, course: Course): Promise<Verdict> {
  try {
    const { report, page } = await openReport(file)
    const verdict = verify(report, key, course)
    if (page === null || page === renderPage(report)) return verdict
    return { ...verdict, faults: [...verdict.faults, OTHER_PAGE] }
  } catch (error) {
    return { report: null, faults: [whyNot(error)], notes: [] }
  }
}

const OTHER_PAGE =
  'the page does not show the report that is in it, or was made by another version of the grader. ' +
  'Believe the report.json beside it, if that passes.'

/** A bad file gets a sentence, and the others are still checked. */
function whyNot(error: unknown): string {
  if (error instanceof NotAReport) return error.message
  const { code, message } = error as NodeJS.ErrnoException
  return code ? `it cannot be read (${code}).` : `it cannot be checked: ${message}.`
}

export function verify(report: Report, key: KeyObject, course: Course): Verdict {
  const fault = signatureFault(report, key)
  const faults = [...(fault === null ? [] : [fault]), ...contradictions(report)]
  if (report.suite === 'visible')
    return { report, faults, notes: ['it is a report of the visible tests: feedback, not a grade.'] }
  const notes: string[] = []
  for (const lab of report.labs) {
    const present = course.get(lab.id)
    if (!present) notes.push(`${lab.id} is not a lab of this course, so its points could not be compared.`)
    else if (present.hash === lab.provenance.suiteHash) faults.push(...disagreements(lab, present.lab))
    else notes.push(`the tests of ${lab.id} have changed since, so its points could not be compared with them.`)
  }
  return { report, faults, notes }
}
