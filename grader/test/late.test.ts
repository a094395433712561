import { lateInWords } from '@backprop/report'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { daysLater, type Deadline, readDeadline } from '../src/term/deadline.ts'
import { type HandIn, lateness, type LatePolicy, type MoreTime, NO_POLICY } from '../src/term/late.ts'

/** From points, a deadline and a time of handing in to what is deducted. */

const at = (text: string, zone: string | null = null): Deadline => {
  const read = readDeadline(text, zone)
  if (typeof read === 'string') throw new Error(read)
  return read
}
const handedIn = (text: string): HandIn => ({ at: at(text).at, evidence: 'seen' })
const TEN: LatePolicy = { percentPerDay: 10, freeDays: 0, hardStop: null }
const BERLIN = at('2026-11-30T23:59[Europe/Berlin]')

describe('a lab handed in late', () => {
  test.each([
    ['2026-11-30T23:59+01:00', TEN, 'Handed in on time', 0],
    ['2026-11-30T23:59:01+01:00', TEN, 'Handed in 1 min late: 1 day × 10 % of 84 = −8.4', 8.4],
    ['2026-12-02T02:59+01:00', TEN, 'Handed in 1 day 3 h late: 2 days × 10 % of 84 = −16.8', 16.8],
    ['2026-12-01T23:59+01:00', { ...TEN, freeDays: 2 }, 'Handed in 1 day late: 1 day, free', 0],
    [
      '2026-12-03T00:09+01:00',
      { ...TEN, freeDays: 2 },
      'Handed in 2 days late: 3 days, of which 2 free: 1 day × 10 % of 84 = −8.4',
      8.4,
    ],
    ['2026-12-20T00:00+01:00', TEN, 'Handed in 19 days late: 20 days × 10 % of 84 = −84 (no more than all)', 84],
    ['2026-12-01T10:00+01:00', NO_POLICY, 'Handed in 10 h 1 min late: nothing is deducted for that', 0],
    [
      '2026-12-08T00:00+01:00',
      { ...TEN, hardStop: { days: 7 } },
      'Handed in 7 days late, after the hard stop of 2026-12-07 22:59 UTC: −84',
      84,
    ],
    [
      '2026-12-07T23:59+01:00',
      { ...TEN, hardStop: { days: 7 } },
      'Handed in 7 days late: 7 days × 10 % of 84 = −58.8',
      58.8,
    ],
  ] as const)('%s %j: %s', (time, policy, words, deducted) => {
    const late = lateness(84, BERLIN, policy, [], handedIn(time))
    expect([lateInWords(late), late.deducted]).toEqual([words, deducted])
  })

  test('at an unknown time loses nothing, and the report says so', () => {
    const late = lateness(84, BERLIN, TEN, [], null)
    expect([lateInWords(late), late.deducted]).toEqual(['Handed in at an unknown time: nothing is deducted', 0])
  })

  test('with an extension is measured by it; the longest counts, and none takes time away', () => {
    const extensions: MoreTime[] = [
      { until: { days: 3 }, reason: 'ill' },
      { until: { days: 1 }, reason: 'a train' },
      { until: at('2026-11-01T00:00Z'), reason: 'a slip of the pen' },
    ]
    const late = lateness(84, BERLIN, TEN, extensions, handedIn('2026-12-04T00:59+01:00'))
    expect(late).toMatchObject({ due: '2026-12-03T22:59:00.000Z', days: 1, extension: { reason: 'ill' } })
    expect(lateInWords(late)).toBe(
      'Handed in 1 h late (due 2026-12-03 22:59 UTC by an extension: ill): 1 day × 10 % of 84 = −8.4',
    )
    expect(lateness(84, BERLIN, TEN, extensions.slice(2), null).extension).toBeUndefined()
  })

  test('before its own deadline is never after a hard stop', () => {
    const policy = { ...TEN, hardStop: at('2026-12-01T23:59+01:00') }
    const extension = { until: { days: 5 }, reason: 'ill' }
    expect(lateness(84, BERLIN, policy, [extension], handedIn('2026-12-05T12:00+01:00')).deducted).toBe(0)
    expect(lateness(84, BERLIN, policy, [], handedIn('2026-12-05T12:00+01:00')).deducted).toBe(84)
  })
})

describe('a day', () => {
  test('ends at the same time by the clock, after 23 or 25 hours where clocks change', () => {
    const hours = (due: string) => {
      const from = at(due)
      return (daysLater(from, 1).at.getTime() - from.at.getTime()) / 3_600_000
    }
    expect(hours('2026-03-28T23:59[Europe/Berlin]')).toBe(23)
    expect(hours('2026-10-24T23:59[Europe/Berlin]')).toBe(25)
    expect(hours('2026-10-24T23:59+02:00'), 'an offset never changes').toBe(24)
    expect(hours('2028-02-28T12:00[America/New_York]')).toBe(24)
    const autumn = at('2026-10-24T23:59[Europe/Berlin]')
    expect(lateness(84, autumn, TEN, [], handedIn('2026-10-25T23:59+01:00')).days, '25 hours are one day').toBe(1)
  })

  test('in February counts 29 in a leap year', () => {
    const due = at('2028-02-28T12:00[Europe/Berlin]')
    expect(lateness(84, due, TEN, [], handedIn('2028-03-01T12:00+01:00')).days).toBe(2)
    expect(lateness(84, at('2027-02-28T12:00[Europe/Berlin]'), TEN, [], handedIn('2027-03-01T12:00+01:00')).days).toBe(
      1,
    )
  })
})

describe('for any deadline, policy and time', () => {
  const ZONES = [
    ...['UTC', '+05:45', '-03:30', 'Europe/Berlin', 'America/New_York', 'America/Sao_Paulo', 'Australia/Lord_Howe'],
    ...['Asia/Kathmandu', 'Pacific/Apia', 'Africa/Casablanca', 'America/St_Johns'],
  ]
  // From before clocks change in 2024, a leap year, to after 2028, another.
  const moment = fc.date({ min: new Date('2024-01-01'), max: new Date('2029-01-01'), noInvalidDate: true })
  const due = fc.record({ at: moment, zone: fc.constantFrom(...ZONES) })
  const policy: fc.Arbitrary<LatePolicy> = fc.record({
    percentPerDay: fc.integer({ min: 0, max: 1000 }).map(n => n / 10),
    freeDays: fc.nat(5),
    hardStop: fc.option(fc.record({ days: fc.nat(14) })),
  })
  const points = fc.integer({ min: 0, max: 10_000 }).map(n => n / 100)
  /** Up to forty days after a deadline, or a little before. */
  const after = fc.integer({ min: -86_400, max: 40 * 86_400 })
  const handIn = (due: Deadline, seconds: number): HandIn => ({
    at: new Date(due.at.getTime() + 1000 * seconds),
    evidence: 'seen',
  })

  test('the deduction is between nothing and all points, and follows from the data beside it', () => {
    fc.assert(
      fc.property(points, due, policy, after, (points, due, policy, seconds) => {
        const late = lateness(points, due, policy, [], handIn(due, seconds))
        expect(late.deducted).toBeGreaterThanOrEqual(0)
        expect(late.deducted).toBeLessThanOrEqual(points)
        const isClosed = late.hardStop !== null && Date.parse(late.handedIn ?? '') > Date.parse(late.hardStop)
        const share = ((late.days - late.freeDays) * late.percentPerDay) / 100
        expect(Math.abs(late.deducted - (isClosed ? points : Math.min(points, late.of * share)))).toBeLessThan(0.0051)
      }),
    )
  })

  test('in time costs nothing, and later never costs less', () => {
    fc.assert(
      fc.property(points, due, policy, after, after, (points, due, policy, one, other) => {
        const [sooner, later] = [one, other]
          .sort((a, b) => a - b)
          .map(seconds => lateness(points, due, policy, [], handIn(due, seconds)))
        expect(sooner.deducted).toBeLessThanOrEqual(later.deducted)
        if (one <= 0 && other <= 0) expect(later.deducted).toBe(0)
      }),
    )
  })

  test('late days are the least number of days, by the clock, after which the work had been in time', () => {
    fc.assert(
      fc.property(due, after, (due, seconds) => {
        const { at } = handIn(due, seconds)
        const { days } = lateness(100, due, TEN, [], { at, evidence: 'seen' })
        expect(daysLater(due, days).at.getTime()).toBeGreaterThanOrEqual(at.getTime())
        if (days > 0) expect(daysLater(due, days - 1).at.getTime()).toBeLessThan(at.getTime())
      }),
    )
  })

  test('with an offset, a day has 24 hours', () => {
    fc.assert(
      fc.property(moment, fc.constantFrom('+01:00', '-08:00', '+05:45'), after, (at, zone, seconds) => {
        const due = { at, zone }
        const days = Math.ceil(Math.max(0, seconds) / 86_400)
        expect(lateness(100, due, TEN, [], handIn(due, seconds)).days).toBe(days)
      }),
    )
  })

  test('an extension never costs a student anything', () => {
    fc.assert(
      fc.property(points, due, policy, after, fc.nat(20), (points, due, policy, seconds, days) => {
        const handed = handIn(due, seconds)
        const extension = { until: { days }, reason: 'ill' }
        const [without, having] = [[], [extension]].map(those => lateness(points, due, policy, those, handed))
        expect(having.deducted).toBeLessThanOrEqual(without.deducted)
      }),
    )
  })
})

describe('a time', () => {
  test.each([
    ['2026-11-30T23:59', null, 'has neither an offset nor a zone'],
    ['30.11.2026 23:59', null, 'is not such a time'],
    ['2026-02-30T12:00Z', null, 'is on no calendar'],
    ['2026-11-30T23:59[Europe/Belrin]', null, '"Europe/Belrin" is not a time zone, such as Europe/Berlin'],
    ['2026-03-29T02:30', 'Europe/Berlin', 'does not exist in Europe/Berlin, where clocks are put forward then'],
    ['2026-10-25T02:30', 'Europe/Berlin', 'add +02:00 or +01:00 before the zone'],
    ['2026-11-30T23:59+02:00[Europe/Berlin]', null, 'contradicts itself: the offset in Europe/Berlin is +01:00 then'],
  ])('%s in %s is refused: %s', (text, zone, why) => expect(readDeadline(text, zone)).toContain(why))

  test.each([
    ['2026-10-25T02:30+02:00[Europe/Berlin]', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25T02:30+01:00[Europe/Berlin]', '2026-10-25T01:30:00.000Z'],
    ['2026-11-30T23:59', '2026-11-30T22:59:00.000Z'],
    ['2026-11-30T23:59Z', '2026-11-30T23:59:00.000Z'],
  ])('%s is %s', (text, iso) => expect(at(text, 'Europe/Berlin').at.toISOString()).toBe(iso))
})
