import { inCents, type Late } from '@backprop/report'
import { daysLater, type Deadline, timeAfter } from './deadline.ts'

/** What lateness costs. */
export interface LatePolicy {
  /** Of the points that the work would get; each day counts when it has begun. */
  readonly percentPerDay: number
  /** So many of the late days cost nothing. */
  readonly freeDays: number
  /** After it nothing counts: a time, or so many days after the student's own deadline. */
  readonly hardStop: Deadline | { readonly days: number } | null
}

export const NO_POLICY: LatePolicy = { percentPerDay: 0, freeDays: 0, hardStop: null }

/** More time for one student, until a time or by some days. */
export interface MoreTime {
  readonly until: Deadline | { readonly days: number }
  readonly reason: string
}

/** When work was handed in, and who says so. The date in a commit is no evidence: its author chooses it. */
export interface HandIn {
  readonly at: Date
  readonly evidence: NonNullable<Late['evidence']>
}

/**
 * What is deducted from `points` for lateness, with all that it follows from. Extensions only give time, they never take any:
 * of several, the longest counts, and a hard stop is never before the student's own deadline. Without a known time nothing
 * is deducted.
 */
export function lateness(
  points: number,
  due: Deadline,
  policy: LatePolicy,
  extensions: readonly MoreTime[],
  handIn: HandIn | null,
): Late {
  const [own, given] = extended(due, extensions)
  const hardStop = stopOf(own, policy)
  const after = timeAfter(own, handIn?.at ?? own.at)
  const days = after.days + (after.hours + after.minutes > 0 ? 1 : 0)
  const freeDays = Math.min(days, policy.freeDays)
  const isOver = handIn !== null && hardStop !== null && handIn.at > hardStop
  const share = ((days - freeDays) * policy.percentPerDay) / 100
  return {
    due: own.at.toISOString(),
    zone: own.zone,
    ...(given ? { extension: { instead: due.at.toISOString(), reason: given.reason } } : {}),
    handedIn: handIn?.at.toISOString() ?? null,
    evidence: handIn?.evidence ?? null,
    by: after,
    days,
    freeDays,
    percentPerDay: policy.percentPerDay,
    of: points,
    hardStop: hardStop?.toISOString() ?? null,
    deducted: isOver ? points : Math.min(points, inCents(points * share)),
  }
}

function extended(due: Deadline, extensions: readonly MoreTime[]): readonly [Deadline, MoreTime | null] {
  let [latest, by]: [Deadline, MoreTime | null] = [due, null]
  for (const extension of extensions) {
    const until = 'days' in extension.until ? daysLater(due, extension.until.days) : extension.until
    if (until.at > latest.at) [latest, by] = [until, extension]
  }
  return [latest, by]
}

function stopOf(own: Deadline, { hardStop }: LatePolicy): Date | null {
  if (hardStop === null) return null
  const stop = 'days' in hardStop ? daysLater(own, hardStop.days) : hardStop
  return stop.at > own.at ? stop.at : own.at
}
