import { type Final, finalPoints, inCents, STATUSES } from '@backprop/report'
import { z } from 'zod'
import type { ClassReport } from './class-report.ts'
import { isGraded, type LabResult, type StudentResult } from './student-result.ts'

/** `changes.json`: whose points are others than before, by which tests, and why. */

const points = z.number().min(0).nullable().meta({ description: 'Null: no score.' })
const status = z.enum(STATUSES).nullable().meta({ description: 'Null: there is no such test.' })
const WHYS = ['suite', 'files', 'override', 'deadline', 'graded again', 'fault', 'gone'] as const

const Change = z.strictObject({
  student: z.string(),
  lab: z.string(),
  from: points.meta({ description: 'The points that counted.' }),
  to: points.meta({ description: 'The points that count now.' }),
  fromTests: points.meta({ description: 'The points of the tests alone.' }),
  toTests: points,
  why: z.array(z.enum(WHYS)).min(1).meta({
    description:
      '"graded again": the same files and tests came out otherwise. "fault": the grader failed, now or before.',
  }),
  tests: z.array(z.strictObject({ exercise: z.string(), test: z.string(), from: status, to: status })),
})

export const Changes = z
  .strictObject({
    schema: z.literal('backprop/changes/v1'),
    since: z.iso.datetime().meta({ description: 'When the results were written that these are compared with.' }),
    baseline: z.enum(['published', 'last run']),
    writtenAt: z.iso.datetime(),
    changes: z.array(Change).meta({ description: 'By student and lab; those without a change are not here.' }),
  })
  .meta({ title: 'Backprop Labs: whose points changed' })

export type Changes = z.infer<typeof Changes>
export type Change = z.infer<typeof Change>

/** The JSON Schema of `changes.json` (draft 2020-12). */
export const changesJsonSchema = (): object => z.toJSONSchema(Changes)

/**
 * What changed between two reports of a class: of labs that are in both, for students who had a result or have lost one. A
 * student's first result is no change.
 */
export function changesBetween(before: ClassReport, after: ClassReport, baseline: Changes['baseline']): Changes {
  const common = after.labs.map(({ id }) => id).filter(id => before.labs.some(lab => lab.id === id))
  const earlier = new Map(before.students.map(row => [row.student, row]))
  const labOf = (each: StudentResult, id: string) => (isGraded(each) ? each.labs.find(lab => lab.id === id) : undefined)
  const present = new Set(after.students.map(({ student }) => student))
  const gone = before.students
    .filter(({ student }) => !present.has(student))
    .flatMap(row => common.map(id => changeOf(row.student, id, labOf(row, id), undefined)))
    .filter(({ from }) => from !== null)
    .map(change => ({ ...change, why: ['gone' as const] }))
  const changes = after.students.flatMap(row => {
    const past = earlier.get(row.student)
    if (!past) return []
    return common.flatMap(id => {
      const change = changeOf(row.student, id, labOf(past, id), labOf(row, id))
      return change.from === change.to ? [] : [change]
    })
  })
  return {
    schema: 'backprop/changes/v1',
    since: before.writtenAt,
    baseline,
    writtenAt: after.writtenAt,
    changes: [...changes, ...gone],
  }
}

/** What is different about a lab of a student; undefined stands for no result. */
export function changeOf(
  student: string,
  lab: string,
  before: LabResult | undefined,
  after: LabResult | undefined,
): Change {
  const [from, to] = [before && finalPoints(before), after && finalPoints(after)]
  const tests = testsBetween(before, after)
  const [fromTests, toTests] = [before?.points ?? null, after?.points ?? null]
  const haveTestsChanged = tests.length > 0 || fromTests !== toTests
  const why = before && after ? reasons(differences(before, after), haveTestsChanged) : (['fault'] as const)
  return { student, lab, from: from ?? null, to: to ?? null, fromTests, toTests, why: [...why], tests }
}

/** What is another than before, whether or not it cost or gave points. */
export const differences = (before: LabResult, after: LabResult): Change['why'] => [
  ...(before.suiteHash === after.suiteHash ? [] : (['suite'] as const)),
  ...(before.treeHash === after.treeHash ? [] : (['files'] as const)),
  ...(same(overridesOf(before), overridesOf(after)) ? [] : (['override'] as const)),
  ...(same(deadlineOf(before), deadlineOf(after)) ? [] : (['deadline'] as const)),
]

/** What a change comes from: other tests and files do nothing to a student for whom all tests came out as before. */
function reasons(all: Change['why'], haveTestsChanged: boolean): Change['why'] {
  const isOfTests = (why: Change['why'][number]) => why === 'suite' || why === 'files'
  const why = haveTestsChanged ? all : all.filter(each => !isOfTests(each))
  return why.length === 0 || (haveTestsChanged && !why.some(isOfTests)) ? [...why, 'graded again'] : why
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
const overridesOf = ({ final }: LabResult) => final?.overrides?.map(({ exercise, points }) => ({ exercise, points }))
const deadlineOf = ({ final }: LabResult): Pick<NonNullable<Final['late']>, 'due' | 'days'> | undefined =>
  final?.late && {
    ...{ due: final.late.due, days: final.late.days, freeDays: final.late.freeDays },
    ...{ percentPerDay: final.late.percentPerDay, hardStop: final.late.hardStop },
  }

/** Tests whose status is another, or that are new or gone. */
function testsBetween(before: LabResult | undefined, after: LabResult | undefined): Change['tests'] {
  const statuses = (lab: LabResult | undefined) =>
    new Map(
      lab?.exercises.flatMap(({ id, tests }) =>
        Object.entries(tests).map(([test, status]) => [`${id}/${test}`, status] as const),
      ),
    )
  const [then, now] = [statuses(before), statuses(after)]
  if (!before || !after) return []
  return [...new Set([...then.keys(), ...now.keys()])].flatMap(key => {
    const [exercise, test] = key.split('/')
    const [from, to] = [then.get(key) ?? null, now.get(key) ?? null]
    return from === to ? [] : [{ exercise, test, from, to }]
  })
}

/** The points that a student gained or lost; null if there is no score before or after. */
export const gainOf = ({ from, to }: Change): number | null =>
  from === null || to === null ? null : inCents(to - from)
