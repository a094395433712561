import type { Lab } from '@backprop/course'
import { percentOf } from '@backprop/report'
import { fact, html, renderDocument, type Markup } from '../report/markup.ts'
import { STYLE } from '../report/report-style.ts'
import { renderAlerts } from './alerts.ts'
import type { ClassReport } from './class-report.ts'
import { renderHeatMap } from './heat-map.ts'
import { CLASS_STYLE } from './class-style.ts'
import { isGraded, type GradedStudent, type StudentResult } from './student-result.ts'
import { centre, distribution } from './statistics.ts'
import { renderSlowest, renderStudents } from './student-list.ts'

/** The class table as one self-contained page for the instructor: no scripts, and links only to the reports next to it. */
export function renderClassPage(report: ClassReport, labs: readonly Lab[]): string {
  const { students, environment } = report
  const graded = students.filter(isGraded)
  const body = html`<body class="class">
    <header>
      <h1>${report.class}</h1>
      ${renderNumbers(students, graded)}
    </header>
    <main>
      ${renderAlerts(students, report.roster)} ${renderDistribution(graded)}
      ${labs.map(lab => renderHeatMap(lab, graded))} ${renderStudents(students, labs)} ${renderSlowest(graded)}
    </main>
    <footer>
      <h2>How this was graded</h2>
      <dl>
        ${fact('Isolation', `tier ${environment.tier}: ${environment.tierReason}`)}
        ${fact('Backend', environment.backend)} ${fact('Node', environment.node)}
        ${fact('Draws', report.seed === null ? `from key ${report.seedKey ?? 'unknown'}` : `from seed ${report.seed}`)}
        ${fact('Written', `${report.writtenAt.slice(0, 19).replace('T', ' ')} UTC`)}
      </dl>
    </footer>
  </body>`
  return renderDocument(`${report.class} · ${students.length} submissions`, `${STYLE}\n${CLASS_STYLE}`, body)
}

function renderNumbers(students: readonly StudentResult[], graded: readonly GradedStudent[]): Markup {
  const middle = centre(graded)
  const percent = (share: number) => `${percentOf(share, 1)} %`
  const full = graded.filter(({ points, maxPoints }) => points === maxPoints).length
  const errors = students.length - graded.length
  return html`<dl class="numbers">
    ${number('submissions', students.length)} ${middle ? number('mean', percent(middle.mean)) : html``}
    ${middle ? number('median', percent(middle.median)) : html``} ${number('full marks', full)}
    ${errors > 0 ? number('without a score', errors) : html``}
  </dl>`
}

const number = (what: string, value: string | number) =>
  html`<div>
    <dt>${what}</dt>
    <dd>${value}</dd>
  </div>`

function renderDistribution(graded: readonly GradedStudent[]): Markup {
  const counts = distribution(graded)
  const most = Math.max(...counts, 1)
  const label = (i: number) => (i === 10 ? '100' : `${10 * i}–${10 * i + 9}`)
  return html`<section>
    <h2>Scores <small>submissions by percent of the points</small></h2>
    <ol class="histogram">
      ${counts.map(
        (count, i) =>
          html`<li>
            <b>${count === 0 ? '' : count}</b><i style="--share: ${(count / most).toFixed(3)}"></i
            ><span>${label(i)}</span>
          </li>`,
      )}
    </ol>
  </section>`
}
