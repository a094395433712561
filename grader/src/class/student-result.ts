import { Final, type Report, STATUSES } from '@backprop/report'
import { z } from 'zod'
import { TIER_IDS } from '../sandbox/tiers/tiers.ts'
import type { Student } from './students.ts'

/** One line of the class table: what the tables need to know about a student. Small, because a class has hundreds. */

const points = z.int().min(0)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const Status = z.enum(STATUSES)

const LabResult = z.strictObject({
  id: z.string(),
  points,
  maxPoints: points,
  problem: z.string().nullable(),
  treeHash: sha256.nullable(),
  suiteHash: sha256,
  foundIn: z
    .string()
    .optional()
    .meta({ description: 'The folder or archive in the submission that the files were in, if not in their place.' }),
  ms: z.int().min(0).meta({ description: 'Wall-clock time that the grading took.' }),
  alerts: z
    .array(z.string())
    .min(1)
    .optional()
    .meta({ description: 'Hidden tests that broke on an answer and count as failed: check the suite.' }),
  exercises: z.array(
    z.strictObject({
      id: z.string(),
      points,
      maxPoints: points,
      status: Status,
      tests: z.record(z.string(), Status).meta({ description: 'Test id → status.' }),
    }),
  ),
  final: Final.optional().meta({
    description: 'There if a late policy, an override or a comment applies: points are still those of the tests.',
  }),
})

const shared = {
  student: z.string().meta({ description: 'Name of the folder of the submission.' }),
  outbox: z.string().meta({ description: 'Name of the folder under students/ that the report is in.' }),
  gradedAt: z.iso.datetime(),
}

const GradedStudent = z.strictObject({
  ...shared,
  status: z.literal('graded'),
  points,
  maxPoints: points,
  finalPoints: z
    .number()
    .min(0)
    .optional()
    .meta({ description: 'There if a lab has final points: the sum of what counts.' }),
  tier: z.enum(TIER_IDS),
  seenAt: z.iso.datetime().nullable().meta({ description: 'When "grade fetch" first found the commit.' }),
  committedAt: z.iso.datetime().nullable().meta({ description: 'The date in the commit, which its author chooses.' }),
  labs: z.array(LabResult),
  ungraded: z
    .array(z.strictObject({ id: z.string(), reason: z.string() }))
    .min(1)
    .optional()
    .meta({
      description: 'Labs that could not be graded because the grader failed: they have no score and are not in labs.',
    }),
})

const UngradedStudent = z.strictObject({
  ...shared,
  status: z
    .literal('grader-error')
    .meta({ description: 'Could not be graded because the grader failed: there is no score.' }),
  reason: z.string(),
})

export const StudentResult = z.discriminatedUnion('status', [GradedStudent, UngradedStudent])
export type StudentResult = z.infer<typeof StudentResult>
export type GradedStudent = z.infer<typeof GradedStudent>
export type LabResult = z.infer<typeof LabResult>

export const isGraded = (row: StudentResult): row is GradedStudent => row.status === 'graded'

/** Whether every lab has a score. */
export const isWhole = (row: StudentResult): row is GradedStudent => isGraded(row) && row.ungraded === undefined

/** Labs of which none of the files were found, or several sets of them: their 0 points say nothing about the student's work. */
export const labsNotFound = (row: StudentResult): readonly LabResult[] =>
  isGraded(row)
    ? row.labs.filter(
        ({ treeHash, exercises }) => treeHash === null && exercises.every(({ status }) => status === 'missing'),
      )
    : []

/** Wall-clock time that grading took for all labs together. */
export const totalMs = ({ labs }: GradedStudent): number => labs.reduce((sum, { ms }) => sum + ms, 0)

/** What a report does not say about a lab: how long its grading took, and what its suite did. */
export interface Grading {
  readonly ms: number
  readonly alerts: readonly string[]
  readonly foundIn?: string
}

/**
 * A report as a row; `gradings` are those of its labs, and `ungraded` says why others have no score. Parsing brings the
 * keys into the order of the schema, so that a row is the same text whether it was just made or read from the journal.
 */
export function gradedStudent(
  student: Student,
  report: Report,
  gradings: readonly Grading[],
  ungraded: readonly { readonly id: string; readonly reason: string }[] = [],
): GradedStudent {
  const { points, maxPoints, environment, provenance } = report
  return GradedStudent.parse({
    student: student.name,
    outbox: student.outbox,
    status: 'graded',
    points,
    maxPoints,
    tier: environment.tier,
    seenAt: provenance.seenAt ?? null,
    committedAt: provenance.committedAt ?? null,
    gradedAt: provenance.gradedAt,
    labs: report.labs.map((lab, i) => ({
      id: lab.id,
      points: lab.points,
      maxPoints: lab.maxPoints,
      problem: lab.problem,
      treeHash: lab.provenance.treeHash,
      suiteHash: lab.provenance.suiteHash,
      ...(gradings[i].foundIn ? { foundIn: gradings[i].foundIn } : {}),
      ms: gradings[i].ms,
      ...(gradings[i].alerts.length > 0 ? { alerts: gradings[i].alerts } : {}),
      exercises: lab.exercises.map(exercise => ({
        id: exercise.id,
        points: exercise.points,
        maxPoints: exercise.maxPoints,
        status: exercise.status,
        tests: Object.fromEntries(exercise.tests.map(test => [test.id, test.status])),
      })),
    })),
    ...(ungraded.length > 0 ? { ungraded } : {}),
  })
}

export const ungradedStudent = ({ name, outbox }: Student, reason: string, gradedAt: Date): StudentResult =>
  UngradedStudent.parse({ student: name, outbox, gradedAt: gradedAt.toISOString(), status: 'grader-error', reason })

/** Whether the same files and tests would be graded now as then. */
export function sameWork(
  then: LabResult | undefined,
  now: Pick<LabResult, 'treeHash' | 'suiteHash' | 'problem'>,
): boolean {
  if (then?.suiteHash !== now.suiteHash || then.treeHash !== now.treeHash) return false
  return now.treeHash !== null || then.problem === now.problem
}
