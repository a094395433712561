import { percentOf } from '@backprop/report'
import { html, type Markup } from '../../report/markup.ts'
import { centre } from '../statistics.ts'
import type { GradedStudent, StudentResult } from '../student-result.ts'

/** The few numbers at the top: how many submissions, their mean and median, and how many have no score. */
export function renderNumbers(students: readonly StudentResult[], graded: readonly GradedStudent[]): Markup {
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
