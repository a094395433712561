import { createHash } from 'node:crypto'
import { Report, type Ungraded } from './schema.ts'
import type { ScoredLab } from './score.ts'

/** A lab's score and its origin. */
export interface Graded extends ScoredLab {
  /** What is wrong with the files, worded for the student. */
  readonly problem: string | null
  readonly treeHash: string | null
  readonly suiteHash: string
  /** The value of `--seed`. */
  readonly seed: number | null
}

export interface ReportFacts {
  readonly suite: Report['suite']
  readonly submission: string
  readonly labs: readonly Graded[]
  /** Labs that could not be graded through a fault of the grader. */
  readonly ungraded?: readonly Ungraded[]
  readonly environment: Report['environment']
  /** The value of `--seed`, which replaces a key. */
  readonly seed: number | null
  /** Id of the key that the draws came from. */
  readonly seedKey?: string | null
  /** When `grade fetch` first found the submission. */
  readonly seenAt?: Date | null
  /** The date of its commit, which its author can choose. */
  readonly committedAt?: Date | null
  readonly gradedAt: Date
}

/**
 * Joins the results of some labs into a report. Throws unless it fits the schema, so that a wrong report is never
 * written.
 */
export function assemble({ suite, submission, labs, ungraded = [], environment, ...when }: ReportFacts): Report {
  const sum = (of: 'points' | 'maxPoints') => labs.reduce((total, lab) => total + lab[of], 0)
  return Report.parse({
    schema: 'backprop/report/v1',
    suite,
    submission,
    points: sum('points'),
    maxPoints: sum('maxPoints'),
    labs: labs.map(({ id, title, points, maxPoints, exercises, problem, treeHash, suiteHash, seed }) => ({
      id,
      title,
      points,
      maxPoints,
      exercises,
      problem,
      provenance: { treeHash, suiteHash, seed },
    })),
    ...(ungraded.length > 0 ? { ungraded } : {}),
    environment,
    provenance: {
      treeHash: over(labs.map(lab => lab.treeHash ?? '')),
      suiteHash: over(labs.map(lab => lab.suiteHash)),
      seed: when.seed,
      seedKey: when.seedKey ?? null,
      submittedAt: (when.seenAt ?? when.committedAt)?.toISOString() ?? null,
      seenAt: when.seenAt?.toISOString() ?? null,
      committedAt: when.committedAt?.toISOString() ?? null,
      gradedAt: when.gradedAt.toISOString(),
    },
  })
}

const over = (hashes: readonly string[]) => createHash('sha256').update(hashes.join('\n')).digest('hex')
