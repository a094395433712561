import type { Lab } from '@backprop/course'
import { fact, html, type Markup, renderDocument } from '../../report/markup.ts'
import { STYLE } from '../../report/report-style.ts'
import type { ClassReport } from '../class-report.ts'
import { isGraded } from '../student-result.ts'
import { renderAlerts } from './alerts.ts'
import { CLASS_STYLE } from './class-style.ts'
import { renderHeatMap } from './heat-map.ts'
import { renderHistogram } from './histogram.ts'
import { renderNumbers } from './numbers.ts'
import { renderSlowest } from './slowest.ts'
import { renderStudents } from './student-list.ts'

/** The class table as one self-contained page for the instructor: no scripts, and links only to the reports next to it. */
export function renderClassPage(report: ClassReport, labs: readonly Lab[]): string {
  const { students } = report
  const graded = students.filter(isGraded)
  const sections = [
    renderAlerts(students, report.roster),
    renderHistogram(graded),
    ...labs.map(lab => renderHeatMap(lab, graded)),
    renderStudents(students, labs),
    renderSlowest(graded),
  ]
  const body = html`<body class="class">
    <header>
      <h1>${report.class}</h1>
      ${renderNumbers(students, graded)}
    </header>
    <main>${sections}</main>
    ${renderFooter(report)}
  </body>`
  return renderDocument(`${report.class} · ${students.length} submissions`, `${STYLE}\n${CLASS_STYLE}`, body)
}

function renderFooter({ environment, seed, seedKey, writtenAt }: ClassReport): Markup {
  return html`<footer>
    <h2>How this was graded</h2>
    <dl>
      ${fact('Isolation', `tier ${environment.tier}: ${environment.tierReason}`)}
      ${fact('Backend', environment.backend)} ${fact('Node', environment.node)}
      ${fact('Draws', seed === null ? `from key ${seedKey ?? 'unknown'}` : `from seed ${seed}`)}
      ${fact('Written', `${writtenAt.slice(0, 19).replace('T', ' ')} UTC`)}
    </dl>
  </footer>`
}
