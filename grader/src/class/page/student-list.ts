import type { Lab } from '@backprop/course'
import { percentOf } from '@backprop/report'
import { html, type Markup } from '../../report/markup.ts'
import { isGraded, type GradedStudent, type StudentResult } from '../student-result.ts'
import { remarks } from './remarks.ts'

/** A student's name. It may be written in any direction, so it is isolated from its surroundings. */
export const name = ({ student }: Pick<StudentResult, 'student'>): Markup => html`<bdi>${student}</bdi>`

/** All students by name: score, link to the report, and anything unusual. */
export function renderStudents(rows: readonly StudentResult[], labs: readonly Lab[]): Markup {
  return html`<section>
    <h2>Submissions <small>each name leads to the report that is ready to be sent</small></h2>
    <ul class="students">
      ${rows.map(row => (isGraded(row) ? renderGraded(row, labs.length > 1) : renderFault(row)))}
    </ul>
  </section>`
}

function renderGraded(row: GradedStudent, several: boolean): Markup {
  const percent = percentOf(row.points, row.maxPoints)
  const points = several ? row.labs.map(({ id, points }) => `${id.slice(0, 2)}: ${points}`) : []
  const facts = [...points, ...remarks(row)].join(' · ')
  return html`<li>
    <a href="students/${encodeURIComponent(row.outbox)}/report.html">${name(row)}</a>
    <span class="points">${row.points} / ${row.maxPoints}</span>
    <span class="bar"><i style="width: ${percent}%"></i></span>
    ${facts ? html`<small>${facts}</small>` : html``}
  </li>`
}

const renderFault = (row: Exclude<StudentResult, GradedStudent>) =>
  html`<li class="fault">
    <span>${name(row)}</span>
    <span class="points">no score</span>
    <small>‼ grader error: ${row.reason}</small>
  </li>`
