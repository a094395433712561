import { CANVAS_COLUMNS, ID_COLUMNS, type Identity, PARTICIPANT_COLUMNS } from '../roster/directory.ts'

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
  /** Columns that go back to it, besides that of the grades; all if not given. */
  readonly kept?: readonly string[]
  /** The student that a row is about; null for a row about no student. */
  readonly identity: (cells: Cells) => Identity | null
  /** Why a row must not get a grade, or null. */
  readonly refusal?: (cells: Cells) => string | null
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
 * below the header, "Points Possible", has the points of each. An empty cell changes nothing.
 * https://community.canvaslms.com/t5/Instructor-Guide/How-do-I-import-grades-in-the-Gradebook/ta-p/807
 */
const canvas: GradebookFormat = {
  id: 'canvas',
  about: 'Grades → Export → Export Entire Gradebook',
  required: ['Student', 'ID'],
  kept: ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Integration ID', 'Section'],
  identity: cells => {
    if (isPointsPossible(cells)) return null
    const login = cells('sis login id')
    return {
      ids: [...idsOf([cells('id')], CANVAS_COLUMNS), ...idsOf([cells('sis user id'), login], ID_COLUMNS)],
      email: login.includes('@') ? login : undefined,
      name: orNone(cells('student')),
    }
  },
  column(header, names, rows) {
    const found = header.find(cell =>
      names.some(name => sameName(cell.replace(/ \(\d+\)$/, ''), name) || sameName(cell, name)),
    )
    const points = rows.find(isPointsPossible)
    return { name: found ?? names[0], maxPoints: found === undefined ? null : numberIn(points?.(found.toLowerCase())) }
  },
}

const isPointsPossible = (cells: Cells): boolean => cells('student').trim() === 'Points Possible'

/**
 * Moodle: the offline grading worksheet of an assignment ("Download grading worksheet", and "Upload grading worksheet"). It
 * must come back with its columns. `gradeimport_offline` of mod/assign/feedback/offline reads it.
 */
const moodle: GradebookFormat = {
  id: 'moodle',
  about: 'Assignment → Submissions → Download grading worksheet',
  required: ['Identifier', 'Grade'],
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
