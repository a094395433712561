import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { Refused } from '@backprop/course/submission'
import type { FetchedSubmission } from '../class/fetched.ts'
import type { StudentResult } from '../class/student-result.ts'
import { takeLabIn } from '../intake/take-lab-in.ts'
import { readReport } from '../signing/read.ts'
import { type CheckRun, checkRunOf, type NoScore, ungradedCheckRun } from './check-run.ts'

/** What to post to a student's commit. */
export interface Postable {
  readonly repository: string
  readonly commit: string
  readonly runs: readonly CheckRun[]
  /** Why some lab has no score, for the instructor; empty if all have one. */
  readonly problem: string
}

export interface WhereToLook {
  /** Where "grade class" wrote its reports. */
  readonly reports: string
  /** Where "grade fetch" put the submissions, as they were graded. */
  readonly fetched: string
  readonly labs: readonly Lab[]
  /** Ids of the labs whose results are out; null for all. */
  readonly released: ReadonlySet<string> | null
  /** The server of the repositories; those elsewhere are skipped. */
  readonly server: string
  readonly now: () => Date
}

/**
 * The check runs of one student, or why there is nothing to post. What was graded must be what was fetched: a report that
 * is older than the commit says nothing about it.
 * @param graded the labs of the run: a student without a report sees for each of them that it has no score
 */
export async function postableOf(
  { name, repository, commit }: FetchedSubmission,
  row: StudentResult | undefined,
  graded: readonly string[],
  { reports, fetched, labs, released, server, now }: WhereToLook,
): Promise<Postable | string> {
  if (commit === null) return 'nothing was fetched'
  const path = repository.startsWith(`${server}/`) ? repository.slice(server.length + 1).replace(/\.git$/, '') : ''
  if (!/^[\w.-]+\/[\w.-]+$/.test(path)) return `its repository is not on ${server}`
  const isOut = (id: string) => released === null || released.has(id)
  if (!graded.some(isOut)) return `term.yaml marks none of its labs as released: ${graded.join(', ')}`
  const postable = (runs: readonly CheckRun[], problem: string) => ({ repository: path, commit, runs, problem })
  const without = (ids: readonly string[], why: NoScore) =>
    ids.filter(isOut).map(id => ungradedCheckRun(id, why, row?.gradedAt ?? now().toISOString()))
  if (!row) return postable(without(graded, 'pending'), 'it was not graded')
  if (row.status === 'grader-error')
    return postable(without(graded, 'fault'), `it could not be graded because the grader failed: ${row.reason}`)
  const file = join(reports, 'students', row.outbox, 'report.json')
  const report = await readReport(file).catch(() => null)
  if (!report) {
    const ids = row.labs.map(({ id }) => id)
    return postable(without(ids, 'fault'), `its report is missing or invalid: "${file}"`)
  }
  if (report.suite !== 'hidden') return 'its report is of the visible tests, not a grade'
  const failed = (report.ungraded ?? []).map(({ id }) => id).filter(isOut)
  const outdated: string[] = []
  const runs: CheckRun[] = []
  for (const lab of report.labs.filter(({ id }) => isOut(id))) {
    if (lab.exercises.some(({ status }) => status === 'grader-error')) failed.push(lab.id)
    else if (lab.provenance.treeHash === (await treeHashOf(join(fetched, name), lab.id, labs)))
      runs.push(checkRunOf(report, lab))
    else outdated.push(lab.id)
  }
  const problems = [
    ...(failed.length > 0 ? [`no score for ${failed.join(', ')} because the grader failed`] : []),
    ...(outdated.length > 0 ? ['its report is not about the files that were fetched: grade it again'] : []),
  ]
  return postable([...runs, ...without(failed, 'fault'), ...without(outdated, 'pending')], problems.join('; '))
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
