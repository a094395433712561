import { z } from 'zod'
import { Final } from './final.ts'
import { STATUSES } from './status.ts'

/** `report.json`, field by field. The JSON Schema in grader/schema/ is made from this; a test compares them. */

const points = z.int().min(0)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
const Status = z.enum(STATUSES)

const Test = z.strictObject({
  id: id.meta({ description: 'Unique within its exercise.' }),
  status: Status,
  points,
  maxPoints: points,
  concept: z.string().meta({ description: 'The idea that the test is about, in fixed words from the course.' }),
  ms: z
    .int()
    .min(0)
    .meta({ description: 'Wall-clock time; the only thing, with gradedAt, that may differ between two runs.' }),
  notes: z.array(z.string()).meta({ description: 'What the suite measured, as text.' }),
  message: z
    .string()
    .optional()
    .meta({
      description:
        'What was wrong, where the student may read it: of visible tests, and of hidden ones only what gives nothing ' +
        'away. May hold text of the student’s code.',
    }),
})

const Exercise = z.strictObject({
  id,
  title: z.string(),
  section: z.string().optional().meta({ description: 'Where to read about it: a file and the heading in it.' }),
  points,
  maxPoints: points,
  status: Status,
  tests: z.array(Test),
})

const Lab = z.strictObject({
  id,
  title: z.string(),
  points,
  maxPoints: points,
  problem: z.string().nullable().meta({
    description:
      'Files that are missing, were refused, or do not compile, a line for each; their exercises alone could not be run.',
  }),
  provenance: z.strictObject({
    treeHash: sha256.nullable().meta({ description: 'Identifies exactly the files that were graded.' }),
    suiteHash: sha256.meta({ description: 'Identifies the manifest and the suite.' }),
    seed: z.int().min(0).nullable().meta({ description: 'As given with --seed.' }),
  }),
  exercises: z.array(Exercise),
  final: Final.optional().meta({
    description: 'There if a late policy, an override or a comment applies: points are still those of the tests.',
  }),
})

const Ungraded = z.strictObject({ id, title: z.string(), maxPoints: points })
export type Ungraded = z.infer<typeof Ungraded>

export const Report = z
  .strictObject({
    schema: z.literal('backprop/report/v1'),
    suite: z.enum(['hidden', 'visible']).meta({
      description:
        'Points come from hidden tests. A report of the visible tests is feedback: a point for each test that passes, ' +
        'in a process that the student’s code shares and could forge.',
    }),
    submission: z.string().meta({ description: 'Name of the folder that was graded.' }),
    points,
    maxPoints: points,
    finalPoints: z
      .number()
      .min(0)
      .optional()
      .meta({ description: 'There if a lab has final points: the sum of what counts.' }),
    labs: z.array(Lab),
    ungraded: z
      .array(Ungraded)
      .min(1)
      .optional()
      .meta({ description: 'Labs that could not be graded because the grader failed: no score, and not in labs.' }),
    environment: z.strictObject({
      tier: z
        .enum(['A', 'B', 'C', 'D'])
        .meta({ description: 'How the student’s process was confined; A is the strongest, D is not at all.' }),
      tierReason: z.string(),
      backend: z.string(),
      slowness: z.number().min(1).optional().meta({
        description:
          'There when the backend was found slow: limits of time were multiplied by it, where tensors are computed.',
      }),
      device: z.string().meta({ description: 'The processor, or the GPU that computed for the student’s code.' }),
      driver: z.string().optional().meta({ description: 'Of the device, if it computed for the student’s code.' }),
      receipt: z
        .strictObject({
          checked: z
            .int()
            .min(0)
            .meta({ description: 'Numbers from known kernels that the device computed correctly when it started.' }),
          commands: z.int().min(0),
          work: z.number().min(0).meta({ description: 'Multiplications and additions, approximately.' }),
          reads: z.int().min(0),
        })
        .optional()
        .meta({ description: 'Present if a device of the grader computed for the student’s code: what it did.' }),
      node: z.string(),
    }),
    provenance: z.strictObject({
      treeHash: sha256.meta({ description: 'Over the tree hashes of all labs.' }),
      suiteHash: sha256.meta({ description: 'Over the suite hashes of all labs.' }),
      seed: z
        .int()
        .min(0)
        .nullable()
        .meta({ description: 'As given with --seed, which replaces the key that draws come from.' }),
      seedKey: z
        .string()
        .regex(/^(ephemeral-)?[0-9a-f]{16}$/)
        .nullable()
        .optional()
        .meta({
          description:
            'Id of the secret key that the draws of hidden tests came from; an ephemeral one is gone. Null for none.',
        }),
      submittedAt: z.iso
        .datetime()
        .nullable()
        .meta({ description: 'The time that counts: seenAt, else committedAt; null where neither is known.' }),
      seenAt: z.iso
        .datetime()
        .nullable()
        .optional()
        .meta({ description: 'When "grade fetch" first found this commit; null where nothing was fetched.' }),
      committedAt: z.iso
        .datetime()
        .nullable()
        .optional()
        .meta({ description: 'The date in the commit, which its author chooses.' }),
      gradedAt: z.iso.datetime(),
    }),
    signature: z
      .strictObject({
        algorithm: z.literal('Ed25519'),
        keyId: sha256.meta({ description: 'SHA-256 over the public key in DER form (SPKI).' }),
        value: z
          .string()
          .regex(/^[0-9a-f]{128}$/)
          .meta({ description: 'Over the canonical form (RFC 8785) of the report without "signature", in UTF-8.' }),
      })
      .optional()
      .meta({ description: 'Present if a key was configured; "grade verify" checks it.' }),
  })
  .meta({ title: 'Backprop Labs score report' })

export type Report = z.infer<typeof Report>
export type ReportLab = Report['labs'][number]
export type ReportExercise = ReportLab['exercises'][number]
export type ReportTest = ReportExercise['tests'][number]

/** The JSON Schema of `report.json` (draft 2020-12). */
export const reportJsonSchema = (): object => z.toJSONSchema(Report)
