import { UsageError } from '../errors.ts'
import type { HandInTime } from './delivery.ts'

/** A moment, and the offset from UTC that it was given in. */
export interface Deadline {
  readonly at: Date
  /** `+01:00` or `Z` */
  readonly offset: string
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?<offset>Z|[+-]\d\d:\d\d)$/

/** Parses `2026-11-30T23:59+01:00`. Throws UsageError; a time without an offset could mean any zone. */
export function parseDeadline(text: string): Deadline {
  const offset = ISO.exec(text)?.groups?.offset
  const at = new Date(text)
  if (offset === undefined || Number.isNaN(at.getTime()))
    throw new UsageError(
      `--before takes a time with its offset from UTC, such as 2026-11-30T23:59+01:00 or 2026-11-30T23:59Z, not "${text}".`,
    )
  return { at, offset }
}

/** The moment of a time: one on the platform's clock is taken to have the offset of the deadline, and is unknown without one. */
export function momentOf(time: HandInTime | null, deadline: Deadline | null): Date | null {
  if (time === null) return null
  if ('at' in time) return time.at
  return deadline && new Date(`${time.local}${deadline.offset}`)
}
