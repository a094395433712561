import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import type { Report } from '@backprop/report'
import type { StudentResult } from '../class/student-result.ts'
import { readReport } from '../signing/read.ts'
import { takeLabIn } from '../intake/take-lab-in.ts'
import { Refused } from '@backprop/course/intake'
import type { FetchedSubmission } from '../class/fetched.ts'

/** A result that may be posted. */
export interface Postable {
  readonly repository: string
  readonly commit: string
  readonly report: Report
}

export interface WhereToLook {
  /** Where "grade class" wrote its reports. */
  readonly reports: string
  /** Where "grade fetch" put the submissions, as they were graded. */
  readonly fetched: string
  readonly labs: readonly Lab[]
  /** The server of the repositories; those elsewhere are skipped. */
  readonly server: string
}

/**
 * The result of one student, or why there is none to post. What was graded must be what was fetched: a report that is
 * older than the commit says nothing about it.
 */
export async function postableOf(
  { name, repository, commit }: FetchedSubmission,
  row: StudentResult | undefined,
  { reports, fetched, labs, server }: WhereToLook,
): Promise<Postable | string> {
  if (commit === null) return 'nothing was fetched'
  const path = repository.startsWith(`${server}/`) ? repository.slice(server.length + 1).replace(/\.git$/, '') : ''
  if (!/^[\w.-]+\/[\w.-]+$/.test(path)) return `its repository is not on ${server}`
  if (!row) return 'it was not graded'
  if (row.status === 'grader-error') return `it could not be graded because the grader failed: ${row.reason}`
  const file = join(reports, 'students', row.outbox, 'report.json')
  const report = await readReport(file).catch(() => null)
  if (!report) return `its report is missing or invalid: "${file}"`
  if (report.suite !== 'hidden') return 'its report is of the visible tests, not a grade'
  const faults = report.labs.flatMap(lab => lab.exercises).filter(({ status }) => status === 'grader-error')
  if (faults.length > 0 || report.ungraded) return 'a part of it could not be graded because the grader failed'
  for (const lab of report.labs)
    if (lab.provenance.treeHash !== (await treeHashOf(join(fetched, name), lab.id, labs)))
      return 'its report is not about the files that were fetched: grade it again'
  return { repository: path, commit, report }
}

async function treeHashOf(folder: string, id: string, labs: readonly Lab[]): Promise<string | null> {
  const lab = labs.find(({ manifest }) => manifest.id === id)
  if (!lab) return ''
  try {
    return (await takeLabIn(folder, lab)).treeHash
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}
