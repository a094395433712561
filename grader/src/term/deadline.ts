import { Temporal } from 'temporal-polyfill'
import { UsageError } from '../errors.ts'

/** A moment, and whose clock it was given by. */
export interface Deadline {
  readonly at: Date
  /** `Europe/Berlin`, `+01:00` or `UTC`. */
  readonly zone: string
}

const TIME = /^(?<local>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?<offset>Z|[+-]\d\d:\d\d)?(?:\[(?<zone>[\w/+-]+)\])?$/

export const TIME_EXAMPLES = '2026-11-30T23:59+01:00, 2026-11-30T23:59Z or 2026-11-30T23:59[Europe/Berlin]'

/** Parses the value of `--before`. Throws UsageError; a time without an offset or a zone could mean any. */
export function parseDeadline(text: string): Deadline {
  const read = readDeadline(text, null)
  if (typeof read !== 'string') return read
  throw new UsageError(`--before takes a time with its zone or its offset from UTC, such as ${TIME_EXAMPLES}: ${read}.`)
}

/**
 * Reads a time with an offset, a zone, both, or else by the clock of `zone`. Returns a clause about what is wrong with it: also
 * a time that does not exist, or exists twice, because clocks change then.
 */
export function readDeadline(text: string, zone: string | null): Deadline | string {
  const { local, offset, zone: own } = TIME.exec(text)?.groups ?? {}
  if (local === undefined) return `"${text}" is not such a time`
  if (/:60$/.test(local))
    return `"${text}" is a leap second, which no clock here has: give the second before or after it`
  const clock = own ?? (offset === 'Z' ? 'UTC' : offset) ?? zone
  if (clock === null) return `"${text}" has neither an offset nor a zone`
  if (!isZone(clock)) return `"${clock}" is not a time zone, such as Europe/Berlin`
  let day: Temporal.PlainDateTime
  try {
    day = Temporal.PlainDateTime.from(local, { overflow: 'reject' })
  } catch {
    return `"${text}" is on no calendar`
  }
  const [first, last] = (['earlier', 'later'] as const).map(disambiguation =>
    day.toZonedDateTime(clock, { disambiguation }),
  )
  const given = offset === undefined ? null : new Date(`${local}${offset}`)
  if (first.epochMilliseconds === last.epochMilliseconds) {
    if (given !== null && given.getTime() !== first.epochMilliseconds)
      return `"${text}" contradicts itself: the offset in ${clock} is ${first.offset} then`
    return { at: new Date(first.epochMilliseconds), zone: clock }
  }
  const isOneOfTwo = [first, last].some(
    ({ epochMilliseconds }) => new Date(epochMilliseconds).getTime() === given?.getTime(),
  )
  const exists = first.toPlainDateTime().equals(day)
  if (given !== null && exists && isOneOfTwo) return { at: given, zone: clock }
  if (!exists) return `"${text}" does not exist in ${clock}, where clocks are put forward then: give another time`
  return `"${text}" comes twice in ${clock}, where clocks are put back then: add ${first.offset} or ${last.offset} before the zone`
}

export function isZone(zone: string): boolean {
  try {
    Temporal.PlainDateTime.from('2026-01-01T00:00').toZonedDateTime(zone)
    return true
  } catch {
    return false
  }
}

/** The moment of a time on the clock of a zone: the first of two, one that does not exist is moved on. Null for no time. */
export function momentAt(local: string, zone: string): Date | null {
  try {
    return new Date(Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds)
  } catch {
    return null
  }
}

/** The same time of day, some days later by the clock of the deadline's zone: a day may have 23 or 25 hours. */
export const daysLater = ({ at, zone }: Deadline, days: number): Deadline => ({
  at: new Date(zoned(at, zone).add({ days }).epochMilliseconds),
  zone,
})

/** How long after a deadline, on the clock of its zone. Whole days, then hours and begun minutes. */
export function timeAfter(
  { at, zone }: Deadline,
  moment: Date,
): { readonly days: number; readonly hours: number; readonly minutes: number } {
  if (moment <= at) return { days: 0, hours: 0, minutes: 0 }
  const past = zoned(at, zone).until(zoned(moment, zone), { largestUnit: 'day' })
  const rest = Math.ceil(past.with({ days: 0, weeks: 0 }).total('minute'))
  return { days: past.days, hours: Math.floor(rest / 60), minutes: rest % 60 }
}

const zoned = (at: Date, zone: string) => Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone)
