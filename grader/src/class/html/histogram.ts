import { html, type Markup } from '../../report/markup.ts'
import { distribution } from '../statistics.ts'
import type { GradedStudent } from '../student-result.ts'

/** How many submissions have how many percent of the points, by tenths. */
export function renderHistogram(graded: readonly GradedStudent[]): Markup {
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
