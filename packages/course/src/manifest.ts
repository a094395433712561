import { z } from 'zod'

/**
 * What `lab.json` says: the one place for exercise ids, test ids, points, limits and allowed imports. A test states a weight,
 * and its points follow: its share of the lab's points, as a whole number.
 */

const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'an id is lower-case words joined by hyphens')
const seconds = z.number().positive().max(3600)

const Test = z.strictObject({
  id,
  /** How much it counts, compared with the lab's other tests. */
  weight: z.int().min(1).max(1000),
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
    /** What the lab's tests are worth together. */
    points: z.int().min(1).max(1000),
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
    const count = lab.exercises.flatMap(exercise => exercise.tests).length
    if (count > lab.points)
      complain(`expected at least one point for each test, got ${lab.points} points for ${count} tests: raise "points"`)
  })
  .transform(lab => ({ ...lab, exercises: withPoints(lab) }))

/** A lab as all other code sees it, with points in place of weights. */
export type LabManifest = z.output<typeof LabManifest>
/** A lab as `lab.json` holds it. */
export type LabFile = z.input<typeof LabManifest>
export type ExerciseManifest = LabManifest['exercises'][number]
export type Limits = LabManifest['limits']

/**
 * Exercises share the lab's points by the sums of their weights, and the tests of an exercise share its points by their
 * own. So an exercise keeps its share however many tests it is split into.
 */
function withPoints({
  points,
  exercises,
}: {
  readonly points: number
  readonly exercises: z.output<typeof Exercise>[]
}) {
  const totals = exercises.map(({ tests }) => sum(tests.map(({ weight }) => weight)))
  const counts = exercises.map(({ tests }) => tests.length)
  const shares = apportion(points, totals, counts)
  return exercises.map(({ tests, ...exercise }, i) => {
    const weights = tests.map(({ weight }) => weight)
    const parts = apportion(shares[i], weights, Array<number>(tests.length).fill(1))
    return { ...exercise, tests: tests.map(({ id, concept }, j) => ({ id, points: parts[j], concept })) }
  })
}

/**
 * Whole numbers that add up to `total` in the ratio of the weights, none below its minimum, by the method of the largest
 * remainder. Of equal remainders the first one wins, so the same weights always give the same numbers.
 *
 * @example apportion(10, [1, 1, 1], [1, 1, 1]) // [4, 3, 3]
 * @example apportion(10, [1, 98, 1], [2, 2, 2]) // [2, 6, 2]: what falls short of its minimum gets it, the others share the rest
 */
function apportion(total: number, weights: readonly number[], minimums: readonly number[]): number[] {
  const whole = sum(weights)
  const isLow = weights.map((weight, i) => weight * total < minimums[i] * whole)
  if (isLow.includes(true)) {
    const [low, high] = [minimums.filter((_, i) => isLow[i]), minimums.filter((_, i) => !isLow[i])]
    const others = apportion(
      total - sum(low),
      weights.filter((_, i) => !isLow[i]),
      high,
    )
    return isLow.map(each => (each ? low : others).shift()!)
  }
  const shares = weights.map(weight => Math.floor((weight * total) / whole))
  const remainder = (i: number) => (weights[i] * total) % whole
  const order = [...weights.keys()].sort((i, j) => remainder(j) - remainder(i))
  for (const i of order.slice(0, total - sum(shares))) shares[i] += 1
  return shares
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
const repeated = (values: readonly string[]) => values.filter((value, i) => values.indexOf(value) !== i)
