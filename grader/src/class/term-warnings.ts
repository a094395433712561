import { inCents } from '@backprop/report'
import { isGraded, type LabResult, type StudentResult } from './student-result.ts'

/** One lab of one student whose points are not simply those of the tests. */
export interface Settled {
  readonly student: string
  readonly lab: LabResult
}

/** Where lateness cost something, or something was done by hand. */
export const settled = (rows: readonly StudentResult[]): readonly Settled[] =>
  rows
    .filter(isGraded)
    .flatMap(({ student, labs }) =>
      labs
        .filter(({ final }) => final && (final.overrides || (final.late?.days ?? 0) > 0))
        .map(lab => ({ student, lab })),
    )

/**
 * What an instructor must decide about: overrides that give less than a regrade would, and work without a known time. An
 * override to no points, or to a status other than passed, is meant to cost something.
 */
export function termWarnings(rows: readonly StudentResult[]): string[] {
  const labs = rows.filter(isGraded).flatMap(({ student, labs }) => labs.map(lab => ({ student, lab })))
  const costly = labs.flatMap(({ student, lab }) =>
    (lab.final?.overrides ?? [])
      .filter(({ points, instead, status = 'passed' }) => points > 0 && points < instead && status === 'passed')
      .map(({ exercise, points, instead }) => {
        const what = exercise === null ? lab.id : `${lab.id} ${exercise}`
        const cost = inCents(instead - points)
        return `${student}: ${what}: the override gives ${points} and now costs ${cost} points: without it, ${instead} count`
      }),
  )
  const unknown = labs.filter(({ lab }) => lab.final?.late && lab.final.late.handedIn === null)
  const names = [...new Set(unknown.map(({ student }) => student))]
  const some = `${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}`
  return [
    ...costly,
    ...(names.length > 0 ? [`nothing says when these handed in, so no late policy was applied: ${some}`] : []),
  ]
}
