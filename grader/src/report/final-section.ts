import { commentsOn, finalPoints, inCents, type ReportExercise, type ReportLab, stepsInWords } from '@backprop/report'
import { html, type Markup } from './markup.ts'

/** For pages with final points only, so that other pages stay the same. */
export const FINAL_STYLE = `
.steps p { margin: 0 }
.by-hand { grid-column: 2 / -1; color: var(--warn); font-size: .85rem }
`.trim()

/** How the points of the tests became the final ones, step by step, and comments on the whole lab. */
export function renderSteps(lab: ReportLab): Markup {
  const steps = stepsInWords(lab)
  const said = commentsOn(lab, null)
  if (steps.length === 0) return html``
  return html`<div class="notice steps">
    ${steps.map(step => html`<p>${step}</p>`)}${said.map(comment => html`<p>“${comment}”</p>`)}
  </div>`
}

/** What was done by hand to an exercise: its points, and what the instructor says about it. */
export function renderByHand(exercise: ReportExercise, lab: ReportLab): Markup {
  const override = lab.final?.overrides?.find(each => each.exercise === exercise.id)
  const points =
    override === undefined
      ? html``
      : html`<span class="by-hand"
          >‼ ${override.points} by hand${override.status === undefined ? '' : `, ${override.status}`}:
          ${override.reason}</span
        >`
  return html`${points}${commentsOn(lab, exercise.id).map(text => html`<span class="by-hand">“${text}”</span>`)}`
}

/** `67.2 / 100`, or `84 → 67.2 / 100` where other points count than those of the tests. */
export function pointsInWords(lab: ReportLab): string {
  const counts = finalPoints(lab)
  return `${counts === lab.points ? '' : `${lab.points} → `}${inCents(counts)} / ${lab.maxPoints}`
}
