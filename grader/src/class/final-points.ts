import { Report, sumOfFinals } from '@backprop/report'
import { finalOf } from '../term/final.ts'
import type { HandIn } from '../term/late.ts'
import type { TermRules } from '../term/term-rules.ts'
import type { CollectedSubmission } from './collected.ts'
import { type FetchedSubmission, workOf } from './fetched.ts'
import { type GradedStudent, isGraded, type LabResult, StudentResult } from './student-result.ts'

/** What is known about when work was handed in, by the name of the folder. */
export interface HandIns {
  readonly fetched: ReadonlyMap<string, FetchedSubmission>
  readonly collected: ReadonlyMap<string, CollectedSubmission>
}

/** The results with the points that count, for each lab to which the term says something. */
export const withFinals = (
  rows: readonly StudentResult[],
  rules: TermRules,
  handIns: HandIns,
): readonly StudentResult[] => rows.map(row => (isGraded(row) ? withFinal(row, rules, handIns) : row))

function withFinal(row: GradedStudent, rules: TermRules, handIns: HandIns): StudentResult {
  const labs = row.labs.map(lab => {
    const final = finalOf(lab, rules.of(row.student, lab.id, handInOf(row, lab, handIns)))
    return final ? { ...lab, final } : lab
  })
  const sum = sumOfFinals(labs)
  // Parsing brings the keys into the order of the schema.
  return sum === undefined ? row : StudentResult.parse({ ...row, labs, finalPoints: sum })
}

/** The earliest time for which something proves that the graded files of the lab were there: of all labs, not of the newest commit. */
function handInOf(
  { student, seenAt }: GradedStudent,
  { id, treeHash }: LabResult,
  { fetched, collected }: HandIns,
): HandIn | null {
  const name = student.normalize('NFC')
  const record = fetched.get(name)
  const proofs: HandIn[] = []
  const work = record && workOf(record, id, treeHash)
  if (work) proofs.push({ at: new Date(work.at), evidence: work.evidence })
  // The time of a push is of the same commit only if that was first seen when the graded one was.
  if (record?.pushedAt && record.seenAt === seenAt) proofs.push({ at: new Date(record.pushedAt), evidence: 'pushed' })
  if (seenAt !== null) proofs.push({ at: new Date(seenAt), evidence: 'seen' })
  if (proofs.length > 0) return proofs.reduce((first, each) => (each.at < first.at ? each : first))
  const submitted = collected.get(name)?.submittedAt
  return submitted ? { at: new Date(submitted), evidence: 'platform' } : null
}

/** The report of a student with the final points of the row, unsigned; null if it has them already. */
export function reportWithFinals(report: Report, row: GradedStudent): Report | null {
  const finals = report.labs.map(lab => row.labs.find(({ id }) => id === lab.id)?.final)
  if (report.labs.every((lab, i) => JSON.stringify(lab.final) === JSON.stringify(finals[i]))) return null
  const labs = report.labs.map((lab, i) => ({ ...lab, final: finals[i] }))
  const { signature: _, ...rest } = { ...report, labs, finalPoints: sumOfFinals(labs) }
  // Through JSON, which leaves out what is undefined, and into the order of the schema.
  return Report.parse(JSON.parse(JSON.stringify(rest)))
}
