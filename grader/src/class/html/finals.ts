import { finalPoints, lateInWords, overrideInWords } from '@backprop/report'
import { html, type Markup } from '../../report/markup.ts'
import type { ClassReport } from '../class-report.ts'
import type { LabResult } from '../student-result.ts'
import { settled, termWarnings } from '../term-warnings.ts'

/** Final points that differ from those of the tests, each with its arithmetic; nothing where there are none. */
export function renderFinals({ students }: ClassReport): Markup {
  const all = settled(students)
  const warnings = termWarnings(students)
  if (all.length === 0 && warnings.length === 0) return html``
  return html`${
      warnings.length === 0
        ? html``
        : html`<section class="alert">
            <h2>${warnings.length} to decide</h2>
            <ul>
              ${warnings.map(warning => html`<li>${warning}</li>`)}
            </ul>
          </section>`
    }
    <section>
      <h2>Late, or changed by hand <small>tests → what counts</small></h2>
      <ul class="finals">
        ${all.map(
          ({ student, lab }) =>
            html`<li>
              <bdi>${student}</bdi> ${lab.id}: ${lab.points} → <b>${finalPoints(lab)}</b> of ${lab.maxPoints}
              ${stepsOf(lab).map(step => html`<small>${step}</small>`)}
            </li>`,
        )}
      </ul>
    </section>`
}

function stepsOf({ final }: LabResult): string[] {
  const { overrides = [], late } = final ?? {}
  const inWords = (those: typeof overrides) =>
    those.map(each => overrideInWords(each, each.exercise ?? 'The whole lab'))
  return [
    ...inWords(overrides.filter(({ exercise }) => exercise !== null)),
    ...(late ? [lateInWords(late)] : []),
    ...inWords(overrides.filter(({ exercise }) => exercise === null)),
  ]
}
