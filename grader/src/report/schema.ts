import { z } from 'zod'
import { STATUSES } from '../score/score.ts'
import { TIER_IDS } from '../sandbox/tiers/tiers.ts'

/** `report.json`, field by field. The JSON Schema in grader/schema/ is made from this; a test compares them. */

const points = z.int().min(0)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const Status = z.enum(STATUSES)

const Test = z.strictObject({
  id: z.string().meta({ description: 'Unique within its exercise.' }),
  status: Status,
  points,
  maxPoints: points,
  concept: z.string().meta({ description: 'The idea that the test is about, in fixed words of the course.' }),
  ms: z
    .int()
    .min(0)
    .meta({ description: 'Wall-clock time; the only thing, with gradedAt, that may differ between two runs.' }),
  notes: z.array(z.string()).meta({ description: 'What was measured, in words of the suite.' }),
})

const Exercise = z.strictObject({
  id: z.string(),
  title: z.string(),
  points,
  maxPoints: points,
  status: Status,
  tests: z.array(Test),
})

const Lab = z.strictObject({
  id: z.string(),
  title: z.string(),
  points,
  maxPoints: points,
  problem: z
    .string()
    .nullable()
    .meta({ description: 'Why nothing could be run: a file that was refused, or does not compile.' }),
  provenance: z.strictObject({
    treeHash: sha256.nullable().meta({ description: 'Names exactly the files that were graded.' }),
    suiteHash: sha256.meta({ description: 'Names the manifest and the hidden suite.' }),
    seed: z.int().min(0),
  }),
  exercises: z.array(Exercise),
})

export const Report = z
  .strictObject({
    schema: z.literal('backprop/report/v1'),
    submission: z.string().meta({ description: 'Name of the folder that was graded.' }),
    points,
    maxPoints: points,
    labs: z.array(Lab),
    environment: z.strictObject({
      tier: z.enum(TIER_IDS).meta({ description: 'How the student’s process was confined; A is the strongest.' }),
      tierReason: z.string(),
      backend: z.string(),
      device: z.string(),
      node: z.string(),
    }),
    provenance: z.strictObject({
      treeHash: sha256.meta({ description: 'Over the tree hashes of all labs.' }),
      suiteHash: sha256.meta({ description: 'Over the suite hashes of all labs.' }),
      seed: z
        .int()
        .min(0)
        .nullable()
        .meta({ description: 'As given with --seed; otherwise each lab’s follows from its hashes.' }),
      submittedAt: z.iso.datetime().nullable(),
      gradedAt: z.iso.datetime(),
    }),
  })
  .meta({ title: 'Backprop Labs score report' })

export type Report = z.infer<typeof Report>
export type ReportLab = Report['labs'][number]

/** The JSON Schema of `report.json` (draft 2020-12). */
export const reportJsonSchema = (): object => z.toJSONSchema(Report)
