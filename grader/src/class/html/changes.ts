import { html, type Markup } from '../../report/markup.ts'
import type { Changes } from '../changes.ts'
import { changesHeadline, pointsInWords, whyInWords, word } from '../changes-text.ts'

/** The changes as a section of class.html; nothing where there are none. */
export function renderChanges(changes: Changes | undefined): Markup {
  if (!changes || changes.changes.length === 0) return html``
  return html`<section>
    <h2>Changes <small>${changesHeadline(changes)}</small></h2>
    <table class="changes">
      <thead>
        <tr>
          ${['student', 'lab', 'points', 'why', 'tests'].map(column => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${changes.changes.map(
          change =>
            html`<tr>
              <th scope="row"><bdi>${change.student}</bdi></th>
              <td>${change.lab}</td>
              <td>${pointsInWords(change)}</td>
              <td>${whyInWords(change)}</td>
              <td>
                ${change.tests.map(
                  ({ exercise, test, from, to }) => html`<div>${exercise}/${test}: ${word(from)} → ${word(to)}</div>`,
                )}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`
}
