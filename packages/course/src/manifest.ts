import { z } from 'zod'

/** What `lab.json` says: the one place for exercise ids, test ids, points, limits and allowed imports. */

const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'an id is lower-case words joined by hyphens')
const seconds = z.number().positive().max(3600)

const Test = z.strictObject({
  id,
  points: z.int().min(1).max(100),
  /** What a student reads when this hidden test fails: names the idea, never a value. */
  concept: z.string().min(3).max(120),
})

const Exercise = z.strictObject({
  id,
  title: z.string().min(1).max(80),
  /** Exercises that must be passed for this one to count; until then it is `blocked`. */
  requires: z.array(id).default([]),
  tests: z.array(Test).min(1),
})

const Limits = z.strictObject({
  /** Wall-clock time for the student's module to load. */
  loadSeconds: seconds,
  /** Wall-clock time of one call; a suite may ask for more where it trains. */
  callSeconds: seconds,
  /** Processor time of one child process. */
  cpuSeconds: seconds,
  /** Wall-clock time of the whole hidden suite. */
  wallSeconds: seconds,
  /** Memory of one child process above what an idle Node takes. */
  memoryMB: z.int().min(64).max(16384),
})

export const LabManifest = z
  .strictObject({
    $schema: z.string().optional(),
    id: z.string().regex(/^\d\d-[a-z0-9]+(-[a-z0-9]+)*$/, 'a lab id is a two-digit number and a name: 05-mnist-mlp'),
    title: z.string().min(1).max(80),
    /** The files that a student edits, and the only ones taken from a submission. */
    edit: z
      .array(z.string().regex(/^src\/[a-z0-9-]+\.ts$/, 'a file to edit lies directly in src/ and ends in .ts'))
      .min(1),
    /** What the student's code may import: package → all its names ("*") or a list of them. */
    mayImport: z.record(z.string(), z.union([z.literal('*'), z.array(z.string()).min(1)])),
    /** The files to edit that may import packages, themselves or through others; all, unless given. */
    importers: z.array(z.string()).optional(),
    limits: Limits,
    exercises: z.array(Exercise).min(1),
  })
  .superRefine((lab, context) => {
    const complain = (message: string) => context.addIssue({ code: 'custom', message })
    for (const file of lab.importers ?? [])
      if (!lab.edit.includes(file)) complain(`"${file}" may import packages, and is not a file to edit`)
    const ids = lab.exercises.map(exercise => exercise.id)
    for (const twice of repeated(ids)) complain(`exercise "${twice}" is listed twice`)
    for (const exercise of lab.exercises) {
      for (const twice of repeated(exercise.tests.map(test => test.id)))
        complain(`"${exercise.id}" lists test "${twice}" twice`)
      for (const needed of exercise.requires) {
        if (ids.indexOf(needed) === -1 || ids.indexOf(needed) >= ids.indexOf(exercise.id))
          complain(`"${exercise.id}" requires "${needed}", which is not an exercise before it`)
      }
    }
    const total = lab.exercises.flatMap(exercise => exercise.tests).reduce((sum, test) => sum + test.points, 0)
    if (total !== 100) complain(`the points add up to ${total}, not 100`)
  })

export type LabManifest = z.infer<typeof LabManifest>
export type ExerciseManifest = LabManifest['exercises'][number]
export type Limits = LabManifest['limits']

const repeated = (values: readonly string[]) => values.filter((value, i) => values.indexOf(value) !== i)
