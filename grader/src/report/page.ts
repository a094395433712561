import { html, Markup } from './markup.ts'
import type { Report, ReportLab } from './schema.ts'
import { STYLE } from './style.ts'
import { WORDS } from './words.ts'

type ReportExercise = ReportLab['exercises'][number]
type ReportTest = ReportExercise['tests'][number]

/** The report as one self-contained page: no scripts, no requests, readable on a phone and in print. */
export function renderPage(report: Report): string {
  const { labs, environment, provenance } = report
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${report.points} / ${report.maxPoints} · ${report.submission}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${report.submission}</h1>
          <p class="score"><strong>${report.points}</strong> of ${report.maxPoints} points</p>
          ${bar(report.points, report.maxPoints)}
        </header>
        <main>${labs.map(renderLab)}</main>
        <footer>
          <h2>How this was graded</h2>
          <dl>
            ${fact('Isolation', `tier ${environment.tier}: ${environment.tierReason}`)}
            ${fact('Backend', `${environment.backend} on ${environment.device}`)} ${fact('Node', environment.node)}
            ${fact('Graded', provenance.gradedAt)} ${fact('Files', provenance.treeHash)}
            ${fact('Suite', provenance.suiteHash)}
          </dl>
        </footer>
      </body>
    </html>`
  return `${page.text.replace(/^ {4}/gm, '')}\n`
}

function renderLab(lab: ReportLab): Markup {
  const problem = lab.problem ? html`<pre class="problem">${lab.problem}</pre>` : html``
  return html`<section>
    <h2><span>${lab.title}</span> <small>${lab.id}</small> <b>${lab.points} / ${lab.maxPoints}</b></h2>
    ${bar(lab.points, lab.maxPoints)} ${problem} ${lab.exercises.map(renderExercise)}
  </section>`
}

function renderExercise(exercise: ReportExercise): Markup {
  const { sign, word } = WORDS[exercise.status]
  const quiet =
    exercise.status === 'not-started' ||
    exercise.tests.every(test => test.status === 'passed' && test.notes.length === 0)
  const open = new Markup(quiet ? '' : 'open')
  return html`<details ${open} class="${exercise.status}">
    <summary>
      <span class="sign" aria-hidden="true">${sign}</span>
      <span class="title">${exercise.title}</span>
      <span class="word">${word}</span>
      <span class="points">${exercise.points} / ${exercise.maxPoints}</span>
    </summary>
    <ul>
      ${exercise.tests.map(renderTest)}
    </ul>
  </details>`
}

function renderTest(test: ReportTest): Markup {
  const { sign, says } = WORDS[test.status]
  return html`<li class="${test.status}">
    <span class="sign" aria-hidden="true">${sign}</span>
    <span class="title"
      >${test.concept}${test.status === 'passed' ? html`` : html`<em>${says}</em>`}${test.notes.map(note)}</span
    >
    <span class="points">${test.points} / ${test.maxPoints}</span>
  </li>`
}

const note = (text: string) => html`<small>${text}</small>`
const fact = (name: string, value: string) =>
  html`<dt>${name}</dt>
    <dd>${value}</dd>`

function bar(points: number, maxPoints: number): Markup {
  const percent = maxPoints === 0 ? 0 : Math.round((100 * points) / maxPoints)
  return html`<div class="bar" role="img" aria-label="${percent} percent"><i style="width: ${percent}%"></i></div>`
}
