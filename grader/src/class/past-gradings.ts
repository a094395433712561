import { z } from 'zod'
import { type Change, changeOf, differences } from './changes.ts'
import { isGraded, StudentResult } from './student-result.ts'

/** The gradings of a student, and what each changed. */

export const Grading = z.strictObject({
  writtenAt: z.iso.datetime(),
  /** The report as it was, beside this file; null if there was none. */
  report: z.string().nullable(),
  row: StudentResult,
})
export type Grading = z.infer<typeof Grading>

/** Why a grading was made, where the results say nothing about it. */
export type Occasion = Change['why'][number] | 'first' | 'labs' | 'commit' | 'note'

/** A grading, and what is different from the one before. */
export interface Past extends Grading {
  readonly why: readonly Occasion[]
  readonly changes: readonly Change[]
}

/** The gradings of a student, each with what is different from the one before; the oldest first. */
export const pastOf = (gradings: readonly Grading[]): readonly Past[] =>
  gradings.map((grading, i) => {
    const before = gradings.at(i - 1)
    return i === 0 || !before
      ? { ...grading, why: ['first'], changes: [] }
      : { ...grading, ...between(before.row, grading.row) }
  })

function between(before: StudentResult, after: StudentResult): Pick<Past, 'why' | 'changes'> {
  const [then, now] = [before, after].map(row => new Map(isGraded(row) ? row.labs.map(lab => [lab.id, lab]) : []))
  const ids = [...new Set([...then.keys(), ...now.keys()])]
  const all = ids.map(id => changeOf(after.student, id, then.get(id), now.get(id)))
  const changes = all.filter(({ from, to, tests }) => from !== to || tests.length > 0)
  const why = new Set<Occasion>()
  for (const id of ids) {
    const [one, other] = [then.get(id), now.get(id)]
    if (!one || !other) why.add(isGraded(before) && isGraded(after) && !hasFault(before, after, id) ? 'labs' : 'fault')
    else for (const each of differences(one, other)) why.add(each)
  }
  if (!isGraded(before) || !isGraded(after)) why.add('fault')
  if (why.size === 0) why.add(without(before, after, changes.length > 0))
  return { why: [...why], changes }
}

const hasFault = (before: StudentResult, after: StudentResult, id: string): boolean =>
  [before, after].some(row => isGraded(row) && row.ungraded?.some(lab => lab.id === id))

/** Why a grading was made whose files, tests, overrides and deadlines are those of the one before. */
function without(before: StudentResult, after: StudentResult, isOtherwise: boolean): Occasion {
  if (isOtherwise || !isGraded(before) || !isGraded(after)) return 'graded again'
  const finals = (row: typeof before) => JSON.stringify(row.labs.map(({ final }) => final ?? null))
  if (finals(before) !== finals(after)) return 'note'
  return before.seenAt !== after.seenAt || before.committedAt !== after.committedAt ? 'commit' : 'graded again'
}
