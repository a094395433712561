import { percentOf } from '@backprop/report'
import { html, type Markup } from '../../report/markup.ts'
import { centre } from '../statistics.ts'
import { isGraded } from '../student-result.ts'
import type { StudentRow } from './student-rows.ts'

/** A line for each section of the roster: how many students, and how they did. Nothing without sections. */
export function renderSections(rows: readonly StudentRow[]): Markup {
  const of = (name: string) => rows.filter(({ section }) => section === name)
  const names = [...new Set(rows.map(({ section }) => section))].filter(name => name !== '')
  if (names.length === 0) return html``
  names.sort(new Intl.Collator('en', { numeric: true }).compare)
  return html`<section>
    <h2><span id="sections">Sections</span> <small>each student counts, with the points of the team</small></h2>
    <div class="scroll" role="region" aria-labelledby="sections" tabindex="0">
      <table class="sections" aria-labelledby="sections">
        <thead>
          <tr>
            <th scope="col">Section</th>
            ${['Students', 'With a score', 'Mean', 'Median', 'Full marks'].map(
              heading => html`<th scope="col" class="number">${heading}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${names.map(name => renderSection(name, of(name)))}
          ${of('').length > 0 ? renderSection('no section', of('')) : html``}
        </tbody>
      </table>
    </div>
  </section>`
}

function renderSection(name: string, rows: readonly StudentRow[]): Markup {
  const graded = rows.flatMap(({ result }) => (result && isGraded(result) ? [result] : []))
  const middle = centre(graded)
  const percent = (share: number | undefined) => (share === undefined ? '' : `${percentOf(share, 1)} %`)
  const full = graded.filter(({ points, maxPoints }) => points === maxPoints).length
  return html`<tr>
    <th scope="row">${name}</th>
    ${[rows.length, graded.length, percent(middle?.mean), percent(middle?.median), full].map(
      value => html`<td class="number">${value}</td>`,
    )}
  </tr>`
}
