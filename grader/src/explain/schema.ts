import { STATUSES } from '@backprop/report'
import { z } from 'zod'
import { TIER_IDS } from '../sandbox/tiers/tiers.ts'

/** What `grade explain --json` prints, field by field. Every string in it is safe to print. */

const points = z.int().min(0)
const Status = z.enum(STATUSES)
const Subject = z.strictObject({ id: z.string(), title: z.string() })

const Call = z.strictObject({
  number: z.int().min(1).meta({ description: 'Among all calls of the test.' }),
  name: z.string(),
  args: z.array(z.string()),
  ended: z.enum(['returned', 'threw', 'not at all']),
  value: z.string().meta({ description: 'What was returned or thrown, or why there was no answer.' }),
})

const Failure = z.strictObject({
  message: z.string(),
  expected: z.string().nullable(),
  actual: z.string().nullable(),
  where: z.string().nullable().meta({ description: 'The line of the hidden suite.' }),
})

const Test = z.strictObject({
  id: z.string(),
  concept: z.string(),
  maxPoints: points,
  reported: z
    .strictObject({ status: Status, points })
    .nullable()
    .meta({ description: 'Null when the report does not have the test.' }),
  now: Status,
  calls: z.array(Call).meta({ description: 'The calls that crossed the wall: the first and the last ones.' }),
  callsLeftOut: z.int().min(0),
  failures: z.array(Failure),
  printed: z.string().meta({ description: 'What the student’s code printed.' }),
})

export const Explanation = z
  .strictObject({
    schema: z.literal('backprop/explanation/v1'),
    audience: z.literal('instructor').meta({ description: 'It shows hidden tests and their inputs.' }),
    submission: z.string(),
    lab: Subject,
    exercise: Subject,
    reported: z.strictObject({ status: Status, points, maxPoints: points, gradedAt: z.iso.datetime() }),
    signature: z.enum(['valid', 'invalid', 'unsigned', 'not checked']),
    run: z.strictObject({
      treeHash: z.string().nullable(),
      suiteHash: z.string(),
      seed: z.int().min(0).nullable(),
      seedKey: z.string().nullable().meta({ description: 'Id of the secret key that draws come from.' }),
      backend: z.string(),
      tier: z.enum(TIER_IDS),
      node: z.string(),
    }),
    doubts: z.array(z.string()).meta({ description: 'Why this run may not be the one that was graded.' }),
    notes: z.array(z.string()),
    problem: z.string().nullable().meta({ description: 'Why nothing could be run.' }),
    tests: z.array(Test),
    agrees: z.boolean().meta({ description: 'True if there are no doubts and every test came out as reported.' }),
  })
  .meta({ title: 'Backprop Labs explanation of a grade' })

export type Explanation = z.infer<typeof Explanation>
export type ExplainedTest = Explanation['tests'][number]

/** Its JSON Schema (draft 2020-12). */
export const explanationJsonSchema = (): object => z.toJSONSchema(Explanation)
