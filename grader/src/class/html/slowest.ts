import { html, type Markup } from '../../report/markup.ts'
import { type GradedStudent, totalMs } from '../student-result.ts'
import { isolated } from './names.ts'

const SLOWEST = 10

/** The submissions that took longest to grade. */
export function renderSlowest(graded: readonly GradedStudent[]): Markup {
  const slowest = [...graded].sort((a, b) => totalMs(b) - totalMs(a)).slice(0, SLOWEST)
  const most = Math.max(...slowest.map(totalMs), 1)
  return html`<section>
    <h2>Slowest <small>seconds that grading took</small></h2>
    <ul class="slowest">
      ${slowest.map(
        row =>
          html`<li>
            <span>${isolated(row.student)}</span>
            <span class="points">${(totalMs(row) / 1000).toFixed(1)}</span>
            <span class="bar"><i style="width: ${Math.round((100 * totalMs(row)) / most)}%"></i></span>
          </li>`,
      )}
    </ul>
  </section>`
}
