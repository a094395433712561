import type { Lab } from '@backprop/course'
import { hasNotRun, type Status } from '@backprop/report'
import type { GradedStudent, LabResult } from './student-result.ts'

/** Statistics about a class and about the tests. Pure. */

/** How many submissions have a share of the points in each tenth; full marks have their own, eleventh count. */
export function distribution(rows: readonly GradedStudent[]): number[] {
  const counts = Array<number>(11).fill(0)
  for (const { points, maxPoints } of rows) counts[Math.floor((10 * points) / maxPoints)]++
  return counts
}

/** The mean and the median share of the points; null for no submissions. */
export function centre(rows: readonly GradedStudent[]): { mean: number; median: number } | null {
  if (rows.length === 0) return null
  const shares = rows.map(({ points, maxPoints }) => points / maxPoints).sort((a, b) => a - b)
  const half = shares.length >> 1
  const median = shares.length % 2 === 1 ? shares[half] : (shares[half - 1] + shares[half]) / 2
  return { mean: shares.reduce((sum, share) => sum + share, 0) / shares.length, median }
}

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
}

/** The record of each test of a lab, in the lab's order. */
export function testRecords({ manifest }: Lab, rows: readonly GradedStudent[]): TestRecord[] {
  const labs = rows.flatMap(row => row.labs.filter(lab => lab.id === manifest.id && !hasNotRun(lab)))
  return manifest.exercises.flatMap(({ id: exercise, tests }) =>
    tests.map(({ id, points, concept }) => {
      const tries = labs.flatMap(lab => tryOf(lab, exercise, id, points))
      const bands = Array.from({ length: BANDS }, (_, band) => cell(tries.filter(each => bandOf(each.rest) === band)))
      return { exercise, id, concept, all: cell(tries), bands, doubt: doubtOf(tries) }
    }),
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
  return [{ status, rest: lab.maxPoints === points ? 0 : (lab.points - own) / (lab.maxPoints - points) }]
}

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
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const pass = tries.map(each => (passed(each) ? 1 : 0))
  const rest = tries.map(each => each.rest)
  const [meanPass, meanRest] = [mean(pass), mean(rest)]
  const together = mean(tries.map((_, i) => (pass[i] - meanPass) * (rest[i] - meanRest)))
  const spread = Math.sqrt(mean(pass.map(x => (x - meanPass) ** 2)) * mean(rest.map(x => (x - meanRest) ** 2)))
  return spread > 0 && together / spread < -2 / Math.sqrt(tries.length)
}
