import { type Final, inCents, type Status } from '@backprop/report'
import { type HandIn, lateness, type MoreTime } from './late.ts'
import type { Override } from './overrides.ts'
import type { LabTerm } from './term-file.ts'

/** A graded lab, as far as its final points depend on it. */
export interface GradedPoints {
  readonly points: number
  readonly exercises: readonly { readonly id: string; readonly points: number; readonly status: Status }[]
}

export interface FinalRules {
  /** What the term says about the lab, if anything. */
  readonly term: LabTerm | undefined
  readonly extensions: readonly MoreTime[]
  readonly handIn: HandIn | null
  /** Of this student and this lab. */
  readonly overrides: readonly Override[]
}

/**
 * The final points of a lab: an override of an exercise stands in for what its tests gave, the late policy takes its share of
 * the sum, and an override of the whole lab replaces the outcome. Undefined if nothing applies. Pure.
 */
export function finalOf({ points, exercises }: GradedPoints, rules: FinalRules): Final | undefined {
  const { term, extensions, handIn, overrides } = rules
  const setting = overrides.flatMap(({ points, ...rest }) => (points === null ? [] : [{ ...rest, points }]))
  const comments = overrides.flatMap(({ exercise, comment, by }) =>
    comment === null ? [] : [{ exercise, text: comment, by }],
  )
  const ofExercises = exercises.flatMap(({ id, points: instead }) =>
    setting.filter(({ exercise }) => exercise === id).map(each => ({ ...each, instead })),
  )
  const worth = inCents(ofExercises.reduce((sum, each) => sum + each.points - each.instead, points))
  const late = term?.due ? lateness(worth, term.due, term.policy, extensions, handIn) : undefined
  const due = inCents(worth - (late?.deducted ?? 0))
  const ofLab = setting.filter(({ exercise }) => exercise === null).map(each => ({ ...each, instead: due }))
  const applied = [...ofExercises, ...ofLab].map(({ exercise, points, instead, status, reason, by }) => ({
    exercise,
    points,
    instead,
    ...(status === null ? {} : { status }),
    reason,
    by,
  }))
  if (applied.length === 0 && !late && comments.length === 0) return undefined
  return {
    points: ofLab[0]?.points ?? due,
    ...(applied.length > 0 ? { overrides: applied } : {}),
    ...(late ? { late } : {}),
    ...(comments.length > 0 ? { comments } : {}),
  }
}
