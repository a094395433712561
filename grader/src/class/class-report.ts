import { z } from 'zod'
import { StudentResult } from './student-result.ts'

/** `class.json`: the class table as data. `class.csv` and `class.html` say the same for people. */
export const ClassReport = z
  .strictObject({
    schema: z.literal('backprop/class/v1'),
    class: z.string().meta({ description: 'Name of the folder of submissions.' }),
    labs: z.array(z.strictObject({ id: z.string(), title: z.string(), maxPoints: z.int().min(0) })),
    environment: z
      .strictObject({ tier: z.string(), tierReason: z.string(), backend: z.string(), node: z.string() })
      .meta({ description: 'Of the last run; results that were not graded again may come from an earlier one.' }),
    seed: z.int().min(0).nullable(),
    seedKey: z
      .string()
      .nullable()
      .optional()
      .meta({ description: 'Id of the secret key that draws come from; null with --seed.' }),
    writtenAt: z.iso.datetime(),
    hasTerm: z
      .literal(true)
      .optional()
      .meta({ description: 'There was a term.yaml: what it does not mark as released stays in.' }),
    roster: z
      .array(
        z.strictObject({
          name: z.string(),
          team: z.string().nullable(),
          student: z
            .string()
            .nullable()
            .meta({ description: 'The row of this student, or of the team; null for none.' }),
          more: z.record(z.string(), z.string()).meta({ description: 'The other columns of the roster.' }),
        }),
      )
      .optional()
      .meta({ description: 'A student of the roster each, in its order; a team has several.' }),
    students: z.array(StudentResult).meta({ description: 'The last result of each student, by name.' }),
  })
  .meta({ title: 'Backprop Labs class report' })

export type ClassReport = z.infer<typeof ClassReport>
export type RosterRow = NonNullable<ClassReport['roster']>[number]

/** The JSON Schema of `class.json` (draft 2020-12). */
export const classJsonSchema = (): object => z.toJSONSchema(ClassReport)
