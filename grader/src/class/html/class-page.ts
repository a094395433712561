import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Lab } from '@backprop/course'
import { fact, html, Markup, renderDocument } from '../../report/markup.ts'
import { STYLE } from '../../report/report-style.ts'
import type { Changes } from '../changes.ts'
import type { ClassReport } from '../class-report.ts'
import { isGraded } from '../student-result.ts'
import { renderAlerts } from './alerts.ts'
import { renderChanges } from './changes.ts'
import { CLASS_STYLE } from './class-style.ts'
import { renderFinals } from './finals.ts'
import { renderHeatMap } from './heat-map.ts'
import { renderHistogram } from './histogram.ts'
import { renderNumbers } from './numbers.ts'
import { renderSections } from './section-table.ts'
import { renderSlowest } from './slowest.ts'
import { studentRows } from './student-rows.ts'
import { renderStudents } from './student-table.ts'

const SCRIPT = readFileSync(new URL('class-table.js', import.meta.url), 'utf8')

/** This script alone may run, and nothing may be loaded. The styles of single elements draw the bars. */
const POLICY = [
  "default-src 'none'",
  `script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/**
 * The class table as one self-contained page for the instructor. It links only to the reports and histories next to it, loads nothing, and
 * is complete without its one script, which sorts and filters the table of students.
 */
export function renderClassPage(
  report: ClassReport,
  labs: readonly Lab[],
  changes?: Changes,
  gradings?: ReadonlyMap<string, number>,
): string {
  const { students } = report
  const graded = students.filter(isGraded)
  const rows = studentRows(report)
  const sections = [
    renderAlerts(students, report.roster),
    renderChanges(changes),
    renderFinals(report),
    renderHistogram(graded),
    renderSections(rows),
    renderStudents(rows, labs, gradings),
    ...labs.map(lab => renderHeatMap(lab, graded)),
    renderSlowest(graded),
  ]
  const body = html`<body class="class">
    <header>
      <h1>${report.class}</h1>
      ${renderNumbers(students, graded)}
    </header>
    <main>${sections}</main>
    ${renderFooter(report)} ${new Markup(`<script type="module">${SCRIPT}</script>`)}
  </body>`
  const head = html`<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}" />`
  return renderDocument(`${report.class} · ${students.length} submissions`, `${STYLE}\n${CLASS_STYLE}`, body, head)
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
