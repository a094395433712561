import { html, type Markup, renderDocument } from '../../report/markup.ts'
import { STYLE } from '../../report/report-style.ts'
import { pointsInWords, WHY, word } from '../changes-text.ts'
import type { Occasion, Past } from '../past-gradings.ts'
import { isGraded } from '../student-result.ts'
import { CLASS_STYLE } from './class-style.ts'
import { minute } from './remarks.ts'

const OCCASION: Readonly<Record<Occasion, string>> = {
  ...WHY,
  first: 'the first grading',
  labs: 'other labs',
  commit: 'another commit with the same files',
  note: 'a comment, or the reason for an override or an extension',
}

/** All gradings of a student, the newest first: for the instructor, who answers an appeal. */
export function renderHistory(student: string, gradings: readonly Past[]): string {
  const body = html`<body class="class">
    <header>
      <h1><bdi>${student}</bdi></h1>
      <p>${gradings.length} ${gradings.length === 1 ? 'grading' : 'gradings'}. <a href="../../class.html">Class</a></p>
    </header>
    <main>
      <div class="scroll" role="region" aria-label="Gradings" tabindex="0">
        <table class="changes" aria-label="Gradings">
          <thead>
            <tr>
              ${['written', 'points', 'why', 'what changed'].map(column => html`<th scope="col">${column}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${gradings.toReversed().map(renderGrading)}
          </tbody>
        </table>
      </div>
    </main>
  </body>`
  return renderDocument(`${student} · gradings`, `${STYLE}\n${CLASS_STYLE}`, body)
}

function renderGrading({ writtenAt, report, row, why, changes }: Past): Markup {
  const time = minute(writtenAt)
  const points = isGraded(row) ? `${row.finalPoints ?? row.points} / ${row.maxPoints}` : `no score: ${row.reason}`
  return html`<tr>
    <th scope="row">${report === null ? html`${time}` : html`<a href="${report}">${time}</a>`}</th>
    <td>${points}</td>
    <td>${why.map(each => OCCASION[each]).join('; ')}</td>
    <td>
      ${changes.map(
        change =>
          html`<div>${change.lab} ${pointsInWords(change)}</div>
            ${change.tests.map(
              ({ exercise, test, from, to }) => html`<div>${exercise}/${test}: ${word(from)} → ${word(to)}</div>`,
            )}`,
      )}
    </td>
  </tr>`
}
