import { columnKey, ID_COLUMNS } from '../../roster/roster-columns.ts'
import type { ClassReport, RosterRow } from '../class-report.ts'
import { isGraded, labsNotFound, type StudentResult } from '../student-result.ts'

/** One row of the table of students: a student of the roster, or a folder that belongs to none of them. */
export interface StudentRow {
  readonly name: string
  readonly team: string | null
  readonly id: string
  readonly section: string
  readonly result: StudentResult | undefined
  readonly standing: Standing
}

/** What became of the work of a student, or of one lab of it. */
export type Standing = 'graded' | 'not started' | 'files not found' | 'no score' | 'not graded yet' | 'absent'

/** Standings of a lab that also describe the student, the most telling first. */
const TELLING: readonly Standing[] = ['no score', 'files not found', 'not graded yet']

/** A row for each student of the roster, in its order, and then one for each folder that is not on it. */
export function studentRows({ students, roster = [], labs }: ClassReport): StudentRow[] {
  const results = new Map(students.map(row => [row.student, row]))
  const known = new Set(roster.map(({ student }) => student))
  const standingOf = (result: StudentResult): Standing => {
    const standings = new Set(labs.map(({ id }) => labStanding(result, id)))
    const [only] = standings
    return standings.size === 1 ? only : (TELLING.find(standing => standings.has(standing)) ?? 'graded')
  }
  return [
    ...roster.map(person => {
      const result = person.student === null ? undefined : results.get(person.student)
      const without = person.student === null ? 'absent' : 'not graded yet'
      const { name, team } = person
      return {
        ...{ name, team, id: idOf(person), section: sectionOf(person), result },
        standing: result ? standingOf(result) : without,
      } as const
    }),
    ...students
      .filter(({ student }) => !known.has(student))
      .map(result => ({
        ...{ name: result.student, team: null, id: '', section: '', result },
        standing: standingOf(result),
      })),
  ]
}

/** What became of one lab. */
export function labStanding(result: StudentResult, id: string): Standing {
  if (!isGraded(result)) return 'no score'
  if (result.ungraded?.some(lab => lab.id === id)) return 'no score'
  const lab = result.labs.find(each => each.id === id)
  if (!lab) return 'not graded yet'
  if (labsNotFound(result).includes(lab)) return 'files not found'
  return lab.exercises.every(({ status }) => status === 'not-started') ? 'not started' : 'graded'
}

const SECTION_COLUMNS: readonly string[] = ['section', 'sections', 'group', 'tutorial']

const sectionOf = (person: RosterRow): string => firstOf(person, SECTION_COLUMNS)
const idOf = (person: RosterRow): string => firstOf(person, ID_COLUMNS)

/** The first of some columns that is not empty. */
function firstOf({ more }: RosterRow, columns: readonly string[]): string {
  const cells = new Map(Object.entries(more).map(([column, cell]) => [columnKey(column), cell]))
  return columns.map(column => cells.get(column) ?? '').find(cell => cell !== '') ?? ''
}
