import { z } from 'zod'
import { STATUSES } from './status.ts'

/** What becomes of the points of a lab after grading: overrides by hand, and the late policy. */

/** Overrides and deductions may give parts of a point, to two decimal places. */
const points = z.number().min(0)
const exercise = z.string().nullable().meta({ description: 'Null: the whole lab.' })

const Override = z.strictObject({
  exercise,
  points,
  instead: points.meta({ description: 'What would count without it.' }),
  status: z.enum(STATUSES).optional(),
  reason: z.string(),
  by: z.string(),
})

const Late = z
  .strictObject({
    due: z.iso.datetime().meta({ description: 'For this student, with the extension.' }),
    zone: z.string().meta({ description: 'Whose clock says when a day ends: an IANA zone, or an offset from UTC.' }),
    extension: z
      .strictObject({ instead: z.iso.datetime().meta({ description: 'When the others had to.' }), reason: z.string() })
      .optional(),
    handedIn: z.iso.datetime().nullable().meta({ description: 'Null: unknown. Then nothing is deducted.' }),
    evidence: z.enum(['pushed', 'seen', 'platform']).nullable().meta({
      description: 'The source of that time: GitHub, "grade fetch", or the learning platform. Never the commit.',
    }),
    by: z
      .strictObject({ days: z.int().min(0), hours: z.int().min(0), minutes: z.int().min(0) })
      .meta({ description: 'How late, by the clock of the zone; a minute counts when it has begun.' }),
    days: z.int().min(0).meta({ description: 'Late days: each counts when it has begun.' }),
    freeDays: z.int().min(0).meta({ description: 'How many of them cost nothing.' }),
    percentPerDay: z.number().min(0).max(100),
    of: points.meta({ description: 'The points that the percentage is of: those of the tests, with overrides.' }),
    hardStop: z.iso.datetime().nullable().meta({ description: 'What comes later gets no points.' }),
    deducted: points,
  })
  .meta({ description: 'deducted = min(of, (days − freeDays) × percentPerDay % of of); after the hard stop, all.' })

export const Final = z.strictObject({
  points,
  overrides: z.array(Override).min(1).optional(),
  late: Late.optional(),
  comments: z
    .array(z.strictObject({ exercise, text: z.string(), by: z.string() }))
    .min(1)
    .optional(),
})

export type Final = z.infer<typeof Final>
export type Late = z.infer<typeof Late>
export type OverrideOnReport = z.infer<typeof Override>

/** A lab or a whole report: the points of the tests, and what became of them. */
interface Counted {
  readonly points: number
  readonly final?: Final
}

/** The points of a lab that count. */
export const finalPoints = ({ points, final }: Counted): number => final?.points ?? points

/** The sum of what counts; undefined if that is simply the points of the tests. */
export const sumOfFinals = (labs: readonly Counted[]): number | undefined =>
  labs.some(({ final }) => final !== undefined)
    ? inCents(labs.reduce((sum, lab) => sum + finalPoints(lab), 0))
    : undefined

/** Rounded to two decimal places, half up. */
export const inCents = (points: number): number => Math.round((points + Number.EPSILON) * 100) / 100

interface CountedLab extends Counted {
  readonly exercises: readonly { readonly id: string; readonly title: string }[]
}

/** How the tests' points became the final ones: a line for each step; none without a step. */
export function stepsInWords({ points, final, exercises }: CountedLab): string[] {
  if (!final) return []
  const { overrides = [], late } = final
  const titleOf = (id: string) => exercises.find(exercise => exercise.id === id)?.title ?? id
  const parts = overrides.filter(({ exercise }) => exercise !== null)
  const whole = overrides.filter(({ exercise }) => exercise === null)
  return [
    `Tests: ${points}`,
    ...parts.map(one => overrideInWords(one, titleOf(one.exercise ?? ''))),
    ...(late ? [lateInWords(late)] : []),
    ...whole.map(one => overrideInWords(one, 'The whole lab')),
    `Counts: ${final.points}`,
  ]
}

/** Comments on an exercise, or with null on the whole lab. */
export const commentsOn = ({ final }: Counted, exercise: string | null): string[] =>
  (final?.comments ?? []).filter(comment => comment.exercise === exercise).map(({ text, by }) => `${by}: ${text}`)

/** `Doubling: 10 instead of 7, by hand (B. Turing): the test was too strict` */
export function overrideInWords({ points, instead, status, reason, by }: OverrideOnReport, what: string): string {
  const now = status === undefined ? '' : `, ${status}`
  return `${what}: ${points} instead of ${instead}${now}, by hand (${by}): ${reason}`
}

/** `Handed in 1 day 3 h late: 2 days × 10 % of 84 = −16.8` */
export function lateInWords(late: Late): string {
  const { handedIn, days, freeDays, percentPerDay, of, deducted, extension } = late
  const more = extension ? ` (due ${clock(late.due)} by an extension: ${extension.reason})` : ''
  if (handedIn === null) return `Handed in at an unknown time: nothing is deducted${more}`
  if (days === 0) return `Handed in on time${more}`
  const head = `Handed in ${duration(late)} late${more}`
  if (isClosed(late)) return `${head}, after the hard stop of ${clock(late.hardStop ?? '')}: −${deducted}`
  if (percentPerDay === 0) return `${head}: nothing is deducted for that`
  const counted = days - freeDays
  const free = freeDays === 0 ? '' : `${daysInWords(days)}, of which ${freeDays} free: `
  if (counted === 0) return `${head}: ${daysInWords(days)}, free`
  const cap = deducted < inCents((of * counted * percentPerDay) / 100) ? ' (no more than all)' : ''
  return `${head}: ${free}${daysInWords(counted)} × ${percentPerDay} % of ${of} = −${deducted}${cap}`
}

/** Whether it came after the hard stop. */
export const isClosed = ({ handedIn, hardStop }: Late): boolean =>
  handedIn !== null && hardStop !== null && Date.parse(handedIn) > Date.parse(hardStop)

const daysInWords = (days: number): string => `${days} ${days === 1 ? 'day' : 'days'}`
const clock = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`

/** The two largest parts: 1 day 3 h, 3 h 20 min, 5 min. */
function duration({ by: { days, hours, minutes } }: Late): string {
  const parts = [...(days > 0 ? [daysInWords(days)] : []), ...(hours > 0 ? [`${hours} h`] : [])]
  if (minutes > 0 && days === 0) parts.push(`${minutes} min`)
  return parts.join(' ') || `${minutes} min`
}
