import { isDeepStrictEqual } from 'node:util'
import { type Outcome, Report, type Scale, score, type ScoredLab } from '@backprop/report'
import { z } from 'zod'
import { majorOf } from '../pipeline/machine.ts'
import { BACKENDS } from '../sandbox/device/backends.ts'
import { TIER_IDS } from '../sandbox/tiers/tiers.ts'
import type { Grade, Job } from './grades.ts'

/** A grade that counts, or why it doesn't. */
export type Reading = { readonly grade: Grade } | { readonly problem: string }

/** Characters of a grade; those of the largest labs have a hundredth of it. */
export const MAX_GRADE_LENGTH = 8_000_000

/** A machine says little about itself. */
const line = z.string().max(2000)

const GradeJson = z.strictObject({
  graded: z.strictObject({
    ...Report.shape.labs.element.pick({ title: true, points: true, maxPoints: true, problem: true, exercises: true })
      .shape,
    id: z.string(),
    treeHash: z.string().nullable(),
    suiteHash: z.string(),
    seed: z.int().nullable(),
    unlisted: z.array(z.string()),
    alerts: z.array(z.string()),
    log: z.array(z.strictObject({ test: z.string(), error: z.string(), stack: z.string() })),
    receipt: z
      .strictObject({
        device: line,
        driver: line,
        checked: z.int().min(0),
        commands: z.int().min(0),
        work: z.number().min(0),
        reads: z.int().min(0),
      })
      .optional(),
  }),
  ms: z.int().min(0),
  gradedAt: z.iso.datetime(),
  machine: z.strictObject({
    tier: z.strictObject({ id: z.enum(TIER_IDS), reason: line }),
    backend: z.enum(BACKENDS),
    device: line,
    slowness: z.number().positive(),
    processor: line,
    node: line,
  }),
}) satisfies z.ZodType<Grade>

/**
 * Reads a grade that a worker handed in for a job. A worker is another machine, and may be wrong or hostile: the grade must
 * answer this job, be made by a machine that meets its demands, and have the points that its tests earn on the lab's scale.
 */
export function readGrade(text: string, job: Job, scale: Scale | null): Reading {
  if (text.length > MAX_GRADE_LENGTH) return { problem: `it has ${text.length} characters` }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { problem: 'it is not JSON' }
  }
  const { data: grade, error } = GradeJson.safeParse(json)
  if (!grade) return { problem: `at ${error.issues[0].path.join('.') || 'its top'}: ${error.issues[0].message}` }
  const problem = foreignPart(grade, job) ?? (scale && wrongScore(grade.graded, scale))
  return problem === null ? { grade } : { problem }
}

/** What does not belong to the job. */
function foreignPart({ graded, machine }: Grade, { demands, treeHash }: Job): string | null {
  const { lab, suite, seed, backend, tiers, node } = demands
  const facts: readonly (readonly [what: string, fits: boolean])[] = [
    ['lab', graded.id === lab],
    ['suite', graded.suiteHash === suite],
    ['hash of the files', graded.treeHash === treeHash],
    ['seed', graded.seed === seed],
    ['backend', machine.backend === backend],
    ['isolation tier', tiers.includes(machine.tier.id)],
    ['version of Node', majorOf(machine.node) === node],
  ]
  const [wrong] = facts.find(([, fits]) => !fits) ?? []
  return wrong === undefined ? null : `its ${wrong} is not the job's`
}

/** The tests are scored once more. What is left of the given score is their status, time, notes and message. */
function wrongScore({ id, title, points, maxPoints, exercises }: ScoredLab, scale: Scale): string | null {
  const outcomes = exercises.flatMap(({ id: exercise, tests }) =>
    tests.map(({ id: test, status, ms, notes, message }): Outcome => {
      const outcome = { exercise, test, status, ms, notes }
      return message === undefined ? outcome : { ...outcome, message }
    }),
  )
  const isRight = isDeepStrictEqual(score(scale, outcomes), { id, title, points, maxPoints, exercises })
  return isRight ? null : 'its tests and points are not those of the lab'
}
