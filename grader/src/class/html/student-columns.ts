import type { Lab } from '@backprop/course'
import { finalPoints, percentOf } from '@backprop/report'
import { html, type Markup } from '../../report/markup.ts'
import { isGraded } from '../student-result.ts'
import { isolated } from './names.ts'
import { minute, remarks } from './remarks.ts'
import { labStanding, type StudentRow } from './student-rows.ts'

/** A column of the table of students. The first one names the row. */
export interface Column {
  /** In the address of the page when the table is sorted by this column. */
  readonly id: string
  readonly heading: string
  readonly cell: (row: StudentRow) => Cell
  readonly isNumber?: true
  /** The lab that the column is about: it is hidden while another lab is chosen. */
  readonly lab?: string
}

export interface Cell {
  readonly content: string | number | Markup
  /** What the table is sorted by, if that is not the text; rows with an empty text come last. */
  readonly key?: number | string
  /** What became of the lab that the column is about. */
  readonly standing?: string
}

/**
 * The columns that a class needs: those of the roster only if it has them, and one for each lab if there are several.
 * `gradings` says how many of a student are kept, by the name of the folder.
 */
export function columnsOf(
  rows: readonly StudentRow[],
  labs: readonly Lab[],
  gradings: ReadonlyMap<string, number> = new Map(),
): Column[] {
  const has = (column: 'id' | 'section' | 'team') => rows.some(row => row[column])
  const optional = (isNeeded: boolean, column: Column): Column[] => (isNeeded ? [column] : [])
  return [
    { id: 'name', heading: 'Name', cell: row => ({ content: linked(row), key: row.name }) },
    ...optional(has('id'), { id: 'id', heading: 'Id', cell: ({ id }) => ({ content: id }) }),
    ...optional(has('section'), { id: 'section', heading: 'Section', cell: ({ section }) => ({ content: section }) }),
    ...optional(has('team'), { id: 'team', heading: 'Team', cell: ({ team }) => ({ content: isolated(team ?? '') }) }),
    { id: 'status', heading: 'Status', cell: ({ standing }) => ({ content: worded(standing) }) },
    { id: 'points', heading: 'Points', isNumber: true, cell: pointsCell },
    ...(labs.length > 1 ? labs.map(labColumn) : []),
    ...optional(rows.some(seenAt), { id: 'seen', heading: 'First seen', cell: seenCell }),
    ...optional(gradings.size > 0, historyColumn(gradings)),
    { id: 'remarks', heading: 'Remarks', cell: remarksCell },
  ]
}

/** A student without a score has no report. */
function linked({ name, result }: StudentRow): Markup {
  if (!result || !isGraded(result)) return isolated(name)
  return html`<a href="students/${encodeURIComponent(result.outbox)}/report.html">${isolated(name)}</a>`
}

const historyColumn = (gradings: ReadonlyMap<string, number>): Column => ({
  ...{ id: 'gradings', heading: 'Gradings', isNumber: true },
  cell({ name, result }) {
    const count = (result && gradings.get(result.outbox)) ?? 0
    if (!result || count === 0) return { content: '', key: '' }
    const page = `history/${encodeURIComponent(result.outbox)}/index.html`
    return { content: html`<a href="${page}" aria-label="${count}, of ${name}">${count}</a>`, key: count }
  },
})

const worded = (standing: StudentRow['standing']): string | Markup =>
  standing === 'graded' || standing === 'not started' ? standing : html`<b class="doubt">${standing}</b>`

function pointsCell({ result }: StudentRow): Cell {
  if (!result || !isGraded(result)) return { content: '', key: '' }
  const { points: tests, maxPoints, finalPoints: points = tests } = result
  const byTests = points === tests ? html`` : html` <small>tests: ${tests}</small>`
  return {
    content: html`${points} / ${maxPoints}${byTests}
      <span class="bar"><i style="width: ${percentOf(points, maxPoints)}%"></i></span>`,
    key: points,
  }
}

function labColumn({ manifest: { id, title } }: Lab): Column {
  return {
    ...{ id, heading: `${id.slice(0, 2)} ${title}`, isNumber: true, lab: id },
    cell({ result }) {
      const lab = result && isGraded(result) ? result.labs.find(each => each.id === id) : undefined
      return { content: lab ? finalPoints(lab) : '', standing: result && labStanding(result, id) }
    },
  }
}

const seenAt = ({ result }: StudentRow): string | null => (result && isGraded(result) ? result.seenAt : null)
const seenCell = (row: StudentRow): Cell => ({ content: minute(seenAt(row)), key: seenAt(row) ?? '' })

function remarksCell({ result }: StudentRow): Cell {
  if (!result) return { content: '' }
  return { content: isGraded(result) ? remarks(result).join(' · ') : `‼ grader error: ${result.reason}` }
}
