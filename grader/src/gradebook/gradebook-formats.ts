import type { Identity } from '../roster/directory.ts'
import { CANVAS_COLUMNS, ID_COLUMNS, PARTICIPANT_COLUMNS } from '../roster/roster-columns.ts'

/** The cells of a row by the name of their column in lower case; an empty text for a column that is not there. */
export type Cells = (column: string) => string

/** Where the grades of a lab go in a platform's table. */
export interface GradeColumn {
  /** As in the header; a new column if it is not there. */
  readonly name: string
  /** The points that the platform expects at most, if it says so. */
  readonly maxPoints: number | null
}

/** The table in which one platform takes grades. */
export interface GradebookFormat {
  readonly id: string
  /** Where its own table comes from, for help and errors. */
  readonly about: string
  /** Columns that its own table has. */
  readonly required: readonly string[]
  /** Columns that go back to it, besides that of the grades. */
  readonly kept: readonly string[]
  /** The student that a row is about; null for a row about no student. */
  readonly identity: (cells: Cells) => Identity | null
  /** Whether a row about no student goes back as well, with the points of the lab if its cell for them is empty. */
  readonly hasPoints?: (cells: Cells) => boolean
  /** Why a row must not get a grade in a column, or null. */
  readonly refusal?: (cells: Cells, column: string) => string | null
  /** The column for the grades of a lab, found by a name; null if the platform has none that fits, and would make none. */
  readonly column: (header: readonly string[], names: readonly string[], rows: readonly Cells[]) => GradeColumn | null
  /** Other cells of a graded row, by the name of their column. */
  readonly also?: (maxPoints: number) => Readonly<Record<string, string | number>>
}

const sameName = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase()
const numberIn = (text: string | undefined): number | null =>
  text === undefined || !/^\s*\d+([.,]\d+)?\s*$/.test(text) ? null : Number(text.replace(',', '.'))
const idsOf = (values: readonly string[], columns: readonly string[]) =>
  values.filter(value => value !== '').map(value => ({ value, columns }))
const orNone = (text: string): string | undefined => (text === '' ? undefined : text)

/**
 * Canvas: Grades → Export, and Import. Columns of assignments are called `Lab 1 (12345)`; others become new assignments. A row
 * below the header, "Points Possible", has the points of each; one above that says which are posted by hand. Some schools have
 * `LastName` and `FirstName` instead of `Student`. An empty cell changes nothing; `EX` is excused, and `N/A` has not got the
 * assignment. See lib/gradebook_exporter.rb and lib/gradebook_importer.rb, which looks for the columns up to `Section` by their
 * places.
 */
const canvas: GradebookFormat = {
  id: 'canvas',
  about: 'Grades → Export → Export Entire Gradebook',
  required: ['ID', 'Section'],
  kept: [
    ...['Student', 'LastName', 'FirstName', 'ID', 'SIS User ID', 'SIS Login ID', 'Integration ID', 'Root Account'],
    'Section',
  ],
  identity: cells => {
    if (isPointsPossible(cells) || isOfPosting(cells)) return null
    const login = cells('sis login id')
    return {
      ids: [...idsOf([cells('id')], CANVAS_COLUMNS), ...idsOf([cells('sis user id'), login], ID_COLUMNS)],
      email: login.includes('@') ? login : undefined,
      name: orNone(cells('student') || `${cells('firstname')} ${cells('lastname')}`.trim()),
    }
  },
  hasPoints: isPointsPossible,
  refusal: (cells, column) => {
    const there = cells(column.toLowerCase())
    if (sameName(there, 'EX')) return 'is excused in Canvas'
    return sameName(there, 'N/A') ? 'has not got this assignment in Canvas' : null
  },
  column(header, names, rows) {
    const found = header.find(cell =>
      names.some(name => sameName(cell.replace(/ \(\d+\)$/, ''), name) || sameName(cell, name)),
    )
    const points = rows.find(isPointsPossible)
    return { name: found ?? names[0], maxPoints: found === undefined ? null : numberIn(points?.(found.toLowerCase())) }
  },
}

function isPointsPossible(cells: Cells): boolean {
  return [cells('student'), cells('lastname')].includes('Points Possible')
}

/** The row that says "Manual Posting" under the assignments concerned; Canvas skips it. */
const isOfPosting = (cells: Cells): boolean =>
  ['student', 'lastname', 'firstname', 'id', 'section'].every(column => cells(column) === '')

/**
 * Moodle: the offline grading worksheet of an assignment ("Download grading worksheet", and "Upload grading worksheet"). Of the
 * columns that come back, Moodle needs the required ones, and takes comments from the others: these are left out, so that
 * no comment changes. See mod/assign/feedback/offline/importgradeslib.php.
 */
const moodle: GradebookFormat = {
  id: 'moodle',
  about: 'Assignment → Submissions → Download grading worksheet',
  required: ['Identifier', 'Grade', 'Last modified (grade)'],
  kept: [
    ...['Identifier', 'Full name', 'Username', 'ID number', 'Email address', 'Status', 'Grade', 'Maximum grade'],
    ...['Grade can be changed', 'Last modified (submission)', 'Last modified (grade)'],
  ],
  identity: cells => ({
    ids: [
      ...idsOf([cells('identifier'), cells('identifier').replace(/^\D+/, '')], PARTICIPANT_COLUMNS),
      ...idsOf([cells('id number'), cells('username')], ID_COLUMNS),
    ],
    email: orNone(cells('email address')),
    name: orNone(cells('full name')),
  }),
  refusal: cells => (sameName(cells('grade can be changed'), 'No') ? 'its grade cannot be changed in Moodle' : null),
  column: (_, __, rows) => ({ name: 'Grade', maxPoints: numberIn(rows[0]?.('maximum grade')) }),
}

/**
 * Moodle: the gradebook of the course (Grades → Export → Plain text file, and Grades → Import → CSV file, where each column is
 * mapped by hand). Columns are called `Assignment: Lab 1 (Real)`; the site decides which columns about the student there are.
 * The points of an assignment are not in it. https://docs.moodle.org/405/en/Grade_import
 */
const moodleGradebook: GradebookFormat = {
  id: 'moodle-gradebook',
  about: 'Grades → Export → Plain text file, in English',
  required: ['First name'],
  kept: ['First name', 'Last name', 'Surname', 'ID number', 'Username', 'Email address'],
  identity: cells => ({
    ids: idsOf([cells('id number'), cells('username')], ID_COLUMNS),
    email: orNone(cells('email address')),
    name: orNone(`${cells('first name')} ${cells('last name') || cells('surname')}`.trim()),
  }),
  column(header, names) {
    const found = header.find(cell => {
      const { name } = MOODLE_COLUMN.exec(cell)?.groups ?? {}
      return names.some(wanted => sameName(cell, wanted) || (name !== undefined && sameName(name, wanted)))
    })
    return found === undefined ? null : { name: found, maxPoints: null }
  },
}

/** Points, not the columns with percentages and letters. */
const MOODLE_COLUMN = /^[^:]+: (?<name>.+?)(?: \(Real\))?$/

/**
 * Blackboard Learn: Grade Center → Work Offline → Download and Upload. Columns are called
 * `Lab 1 [Total Pts: 100 Score] |12345`, and only such columns are taken.
 * https://help.anthology.com/blackboard/instructor/en/grade/grading-tasks/work-offline-with-grade-data.html
 */
const blackboard: GradebookFormat = {
  id: 'blackboard',
  about: 'Grade Center → Work Offline → Download',
  required: ['Username'],
  kept: ['Last Name', 'First Name', 'Username', 'Student ID'],
  identity: cells => ({
    ids: idsOf([cells('username'), cells('student id')], ID_COLUMNS),
    email: cells('username').includes('@') ? cells('username') : undefined,
    name: orNone(`${cells('first name')} ${cells('last name')}`.trim()),
  }),
  column(header, names) {
    const parts = header.map(cell => ({ cell, groups: BLACKBOARD_COLUMN.exec(cell)?.groups }))
    const found = parts.find(
      ({ cell, groups }) => groups && names.some(name => sameName(groups.name, name) || sameName(cell, name)),
    )
    return found ? { name: found.cell, maxPoints: numberIn(found.groups?.points) } : null
  },
}

const BLACKBOARD_COLUMN = /^(?<name>.+?) \[Total Pts: (?:up to )?(?<points>[\d.,]+)?[^\]]*\] ?\|\d+$/

/**
 * Gradescope: takes no table of grades. This has the columns of the grades that it gives ("Download Grades"), which tools that
 * bring those to other systems read. Its own table may be that, or its roster.
 */
const gradescope: GradebookFormat = {
  id: 'gradescope',
  about: 'Roster → More → Download Roster, or Review Grades → Download Grades',
  required: ['Email'],
  kept: ['First Name', 'Last Name', 'SID', 'Email', 'Sections'],
  identity: cells => {
    if (cells('role') !== '' && !sameName(cells('role'), 'Student')) return null
    return {
      ids: idsOf([cells('sid')], ID_COLUMNS),
      email: orNone(cells('email')),
      name: orNone(cells('name') || `${cells('first name')} ${cells('last name')}`.trim()),
    }
  },
  column: () => ({ name: 'Total Score', maxPoints: null }),
  also: maxPoints => ({ 'Max Points': maxPoints, Status: 'Graded' }),
}

export const GRADEBOOKS: readonly GradebookFormat[] = [canvas, moodle, moodleGradebook, blackboard, gradescope]
