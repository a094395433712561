import type { Lab } from '@backprop/course'
import { hasNotRun, type Status } from '@backprop/report'
import type { GradedStudent, LabResult } from './student-result.ts'

/** What a class says about the tests: an item analysis, with tests and exercises as the items. Pure. */

/** Bands that submissions fall into by their share of the lab's other points: below a fifth, … , four fifths and more. */
export const BANDS = 5

export interface Cell {
  readonly ran: number
  readonly passed: number
}

/** How one test came out. Submissions for which it did not run (stub, refused, blocked) are not counted. */
export interface TestRecord {
  readonly exercise: string
  readonly id: string
  readonly concept: string
  readonly all: Cell
  /** By band, the weakest first. */
  readonly bands: readonly Cell[]
  /** A sentence about what may be wrong with the test; null for a test that looks sound. */
  readonly doubt: string | null
  readonly discrimination: number | null
}

/** The record of each test of a lab, in the lab's order. */
export function testRecords({ manifest }: Lab, rows: readonly GradedStudent[]): TestRecord[] {
  const labs = labsThatRan(manifest.id, rows)
  return manifest.exercises.flatMap(({ id: exercise, tests }) =>
    tests.map(({ id, points, concept }) => {
      const tries = labs.flatMap(lab => tryOf(lab, exercise, id, points))
      const bands = Array.from({ length: BANDS }, (_, band) => cell(tries.filter(each => bandOf(each.rest) === band)))
      const items = tries.map(each => ({ share: passed(each) ? 1 : 0, rest: each.rest }))
      return {
        exercise,
        id,
        concept,
        all: cell(tries),
        bands,
        doubt: doubtOf(tries),
        discrimination: discrimination(items),
      }
    }),
  )
}

/**
 * The discrimination of each exercise of a lab, in the lab's order: the share of its points against the other points.
 * Submissions for which none of its tests ran are not counted.
 */
export function exerciseDiscriminations({ manifest }: Lab, rows: readonly GradedStudent[]): (number | null)[] {
  const labs = labsThatRan(manifest.id, rows)
  return manifest.exercises.map(({ id }) =>
    discrimination(
      labs.flatMap(lab => {
        const exercise = lab.exercises.find(each => each.id === id)
        if (!exercise || Object.values(exercise.tests).every(status => NOT_RUN.includes(status))) return []
        const { points, maxPoints } = exercise
        return [{ share: points / maxPoints, rest: shareOfRest(lab, points, maxPoints) }]
      }),
    ),
  )
}

interface Try {
  readonly status: Status
  /** Share of the lab's points that the student has without this test. */
  readonly rest: number
}

const NOT_RUN: readonly Status[] = ['not-started', 'blocked', 'missing']

function tryOf(lab: LabResult, exercise: string, test: string, points: number): Try[] {
  const status = lab.exercises.find(({ id }) => id === exercise)?.tests[test]
  if (!status || NOT_RUN.includes(status)) return []
  const own = status === 'passed' ? points : 0
  return [{ status, rest: shareOfRest(lab, own, points) }]
}

const labsThatRan = (id: string, rows: readonly GradedStudent[]): LabResult[] =>
  rows.flatMap(row => row.labs.filter(lab => lab.id === id && !hasNotRun(lab)))

/** The share of a lab's points without an item that gave `points` of `maxPoints`. */
const shareOfRest = (lab: LabResult, points: number, maxPoints: number): number =>
  lab.maxPoints === maxPoints ? 0 : (lab.points - points) / (lab.maxPoints - maxPoints)

const bandOf = (share: number) => Math.min(BANDS - 1, Math.floor(share * BANDS))
const passed = ({ status }: Try) => status === 'passed'
const cell = (tries: readonly Try[]): Cell => ({ ran: tries.length, passed: tries.filter(passed).length })

/** With fewer submissions than this, anything may be chance. */
const ENOUGH = 5

function doubtOf(tries: readonly Try[]): string | null {
  if (tries.length < ENOUGH) return null
  const passing = tries.filter(passed)
  const late = tries.filter(({ status }) => status === 'timeout')
  if (passing.length === 0) return `none of ${tries.length} passes it`
  if (late.length >= ENOUGH && late.length >= tries.length / 4)
    return `${late.length} of ${tries.length} are too slow for it`
  if (isTurnedRound(tries)) return 'weak submissions pass it, and strong ones do not'
  return null
}

/** Whether passing correlates negatively with the other points, beyond chance: r below two standard errors, −2/√n. */
function isTurnedRound(tries: readonly Try[]): boolean {
  const r = correlation(tries.map(each => ({ share: passed(each) ? 1 : 0, rest: each.rest })))
  return r !== null && r < -2 / Math.sqrt(tries.length)
}

/** What one submission got for a test or an exercise, and for the rest of the lab: shares of the points. */
interface Item {
  readonly share: number
  readonly rest: number
}

/** With 20 submissions, the standard error of r is still about 0.22: with fewer, the number says nothing. */
export const MIN_FOR_DISCRIMINATION = 20

/**
 * How well an item tells strong from weak submissions, in −1 … 1: the corrected item–total correlation, which is Pearson's r
 * between the item and the points without it. For a test, which is passed or not, that is the point-biserial correlation.
 * Null with fewer than `MIN_FOR_DISCRIMINATION` submissions, and if all have the same share. J. P. Guilford, The correlation of
 * an item with a composite of the remaining items in a test, Educational and Psychological Measurement 13 (1953), 87–93.
 */
const discrimination = (items: readonly Item[]): number | null =>
  items.length < MIN_FOR_DISCRIMINATION ? null : correlation(items)

/** Pearson's r; null if one of the two does not vary. */
function correlation(items: readonly Item[]): number | null {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanShare, meanRest] = [mean(items.map(({ share }) => share)), mean(items.map(({ rest }) => rest))]
  const together = mean(items.map(({ share, rest }) => (share - meanShare) * (rest - meanRest)))
  const variances = [
    mean(items.map(({ share }) => (share - meanShare) ** 2)),
    mean(items.map(({ rest }) => (rest - meanRest) ** 2)),
  ]
  // Rounding leaves a variance of 1e-33 where all shares are equal.
  if (variances.some(variance => variance < 1e-12)) return null
  return together / Math.sqrt(variances[0] * variances[1])
}
