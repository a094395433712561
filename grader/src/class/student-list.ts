import type { Lab } from '@backprop/course'
import { isMisplaced } from '@backprop/course/intake'
import { FROM_FUTURE, isFromFuture, percentOf, WORDS, type Status } from '@backprop/report'
import { STRONG } from '../pipeline/machine.ts'
import { html, Markup } from '../report/markup.ts'
import { isGraded, totalMs, type GradedStudent, type StudentResult, type LabResult } from './student-result.ts'

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

/** Statuses that say more than that an answer is wrong. */
const REMARKABLE: readonly Status[] = ['tampered', 'timeout', 'out-of-memory']

function remarks(row: GradedStudent): string[] {
  const { labs, tier, seenAt, committedAt, ungraded = [] } = row
  const seen = REMARKABLE.filter(status => labs.some(lab => statuses(lab).has(status)))
  const idle = labs.filter(lab => statuses(lab).size === 1 && statuses(lab).has('not-started'))
  const faults = ungraded.map(({ id, reason }) => `‼ ${id}: grader error: ${reason}`)
  const problems = labs.flatMap(({ problem }) =>
    problem === null ? [] : [mostTelling(problem.split('\n')).slice(0, 120)],
  )
  const found = labs.flatMap(({ foundIn }) => (foundIn === undefined ? [] : [`found in ${foundIn}`]))
  return [
    ...(idle.length === labs.length ? ['not started'] : []),
    ...faults,
    ...problems,
    ...found,
    ...seen.map(status => `${WORDS[status].sign} ${WORDS[status].word}`),
    ...(STRONG.includes(tier) ? [] : [`tier ${tier}`]),
    ...(seenAt === null ? [] : [`first seen ${minute(seenAt)}`]),
    ...(committedAt === null ? [] : [`committed ${minute(committedAt)}`]),
    ...(isFromFuture(row) ? [`‼ ${FROM_FUTURE}`] : []),
  ]
}

/** Times are stored in UTC. */
const minute = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`
const mostTelling = (lines: readonly string[]): string => lines.find(isMisplaced) ?? lines[0]

const statuses = ({ exercises }: LabResult): Set<Status> => new Set(exercises.map(({ status }) => status))

const SLOWEST = 10

export function renderSlowest(graded: readonly GradedStudent[]): Markup {
  const slowest = [...graded].sort((a, b) => totalMs(b) - totalMs(a)).slice(0, SLOWEST)
  const most = Math.max(...slowest.map(totalMs), 1)
  return html`<section>
    <h2>Slowest <small>seconds that grading took</small></h2>
    <ul class="students">
      ${slowest.map(
        row =>
          html`<li>
            <span>${name(row)}</span>
            <span class="points">${(totalMs(row) / 1000).toFixed(1)}</span>
            <span class="bar"><i style="width: ${Math.round((100 * totalMs(row)) / most)}%"></i></span>
          </li>`,
      )}
    </ul>
  </section>`
}
