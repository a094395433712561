import {
  finalPoints,
  FROM_FUTURE,
  inWords,
  isFromFuture,
  isShared,
  percentOf,
  type Report,
  type ReportExercise,
  type ReportLab,
  type ReportTest,
  type SharedCause,
  sharedCauses,
  SUITE_NOTE,
  toLookAt,
  type Ungraded,
  WORDS,
} from '@backprop/report'
import { scriptJson } from '@backprop/safe-text'
import { FINAL_STYLE, pointsInWords, renderByHand, renderSteps } from './final-section.ts'
import { fact, html, Markup, renderDocument } from './markup.ts'
import { STYLE } from './report-style.ts'
import { shape } from './shapes.ts'

/**
 * The report as one self-contained page: no code, no requests, readable on a phone and in print. The page is what is
 * handed out, so it carries the report itself, with its signature: "grade verify" reads it and renders the page again.
 */
export function renderPage(report: Report): string {
  const { suite, points, maxPoints, finalPoints = points, submission, labs, ungraded = [] } = report
  const unit = suite === 'visible' ? 'visible tests pass' : 'points'
  const tests = finalPoints === points ? '' : `, ${points} by the tests`
  const body = html`<body>
    <header>
      <h1>${submission}</h1>
      <p class="score"><strong>${finalPoints}</strong> of ${maxPoints} ${unit}${tests}</p>
      ${bar({ points: finalPoints, maxPoints })} ${notices(report)} ${labs.length > 1 ? contents(labs) : html``}
    </header>
    <main class="${suite}">${labs.map(lab => renderLab(lab, labs.length > 1))} ${ungraded.map(renderUngraded)}</main>
    ${provenance(report)}
    <script type="application/json" id="report">
      ${new Markup(scriptJson(report))}
    </script>
  </body>`
  const style = labs.some(({ final }) => final) ? `${STYLE}\n${FINAL_STYLE}` : STYLE
  return renderDocument(`${finalPoints} / ${maxPoints} · ${submission}`, style, body)
}

const CARRIED = /<script type="application\/json" id="report">\n(.*)\n<\/script>\n<\/body>\n<\/html>\n$/

/** The JSON of the report that a page carries; null if there is none. */
export const carriedBy = (page: string): string | null => CARRIED.exec(page)?.[1] ?? null

/** Notices for readers who look only at the number. */
function notices({ suite, environment: { tier, tierReason } }: Report): Markup {
  if (SUITE_NOTE[suite]) return html`<p class="notice">${SUITE_NOTE[suite]}</p>`
  if (tier === 'A' || tier === 'B') return html``
  return html`<p class="notice">
    Graded with weak isolation, tier ${tier}: ${tierReason}. Malicious code could have changed this result.
  </p>`
}

const contents = (labs: readonly ReportLab[]): Markup =>
  html`<ol class="contents">
    ${labs.map(
      lab =>
        html`<li>
          <a href="#${lab.id}">${lab.title}</a> <span class="points">${pointsInWords(lab)}</span> ${barOf(lab)}
        </li>`,
    )}
  </ol>`

const barOf = (lab: ReportLab): Markup => bar({ points: finalPoints(lab), maxPoints: lab.maxPoints })

function renderLab(lab: ReportLab, isOneOfMany: boolean): Markup {
  const problem = lab.problem === null ? html`` : html`<pre class="problem">${lab.problem}</pre>`
  const causes = sharedCauses(lab)
  const points = isOneOfMany ? html`<b>${pointsInWords(lab)}</b>` : html``
  return html`<section id="${lab.id}">
    <h2><span>${lab.title}</span> <small>${lab.id}</small> ${points}</h2>
    ${renderSteps(lab)}${problem} ${causes.map(cause => html`<pre class="problem">${inWords(cause)}</pre>`)}
    ${lab.exercises.map(exercise => renderExercise(exercise, lab, causes))}
  </section>`
}

const renderUngraded = ({ id, title }: Ungraded): Markup =>
  html`<section id="${id}">
    <h2><span>${title}</span> <small>${id}</small> <b>no score</b></h2>
    <p class="notice">This lab could not be graded through a fault of the grader. It has to be graded again.</p>
  </section>`

/** Open if there is something to read, because it can't be opened on paper. */
function renderExercise(exercise: ReportExercise, lab: ReportLab, causes: readonly SharedCause[]): Markup {
  const { status, tests, section } = exercise
  const isOpen = toLookAt(lab, exercise).length > 0 || tests.some(test => test.notes.length > 0)
  return html`<details ${new Markup(isOpen ? 'open' : '')}>
    <summary>
      ${shape(status)}
      <span class="title">${exercise.title}</span>
      <span class="word ${status}">${WORDS[status].word}</span>
      <span class="points">${exercise.points} / ${exercise.maxPoints}</span>
      ${section === undefined || status === 'passed' ? html`` : html`<span class="section">Read ${section}</span>`}${renderByHand(exercise, lab)}
    </summary>
    <ul>
      ${tests.map(test => renderTest(test, isShared(causes, test)))}
    </ul>
  </details>`
}

function renderTest(test: ReportTest, isShared: boolean): Markup {
  const { status, concept, message, notes, points, maxPoints } = test
  const says = isShared ? 'for the reason given above' : WORDS[status].says
  return html`<li>
    ${shape(status)}
    <span class="title"
      >${concept}${status === 'passed' ? html`` : html`<em class="${status}">${says}</em>`}${notes.map(
        note => html`<small>${note}</small>`,
      )}</span
    >
    <span class="points">${points} / ${maxPoints}</span>
    ${message === undefined || isShared ? html`` : html`<pre>${message}</pre>`}
  </li>`
}

function provenance({
  suite,
  environment,
  provenance: { treeHash, suiteHash, seenAt, committedAt, gradedAt },
}: Report): Markup {
  const { tier, tierReason, backend, slowness, device, driver, receipt, node } = environment
  const warning = isFromFuture({ committedAt, gradedAt }) ? html` <b class="warn">‼ ${FROM_FUTURE}</b>` : html``
  const isRemote = driver !== undefined && receipt !== undefined
  const isGrade = suite === 'hidden'
  return html`<footer>
    <h2>How this was ${isGrade ? 'graded' : 'tested'}</h2>
    <dl>
      ${isGrade ? fact('Isolation', `tier ${tier}: ${tierReason}`) : fact('Isolation', `none: ${tierReason}`)}
      ${fact('Backend', `${backend}, on ${device}${driver === undefined ? '' : ` (${driver})`}`)}
      ${slowness === undefined ? html`` : fact('Limits', `${slowness} times the usual time, for a slow backend`)}
      ${isRemote ? fact('Device', receiptText(receipt)) : html``} ${fact('Node', node)}
      ${!seenAt ? html`` : fact('First seen', time(seenAt))}
      ${!committedAt ? html`` : fact('Committed', html`${time(committedAt)}, as the commit says${warning}`)}
      ${fact(isGrade ? 'Graded' : 'Tested', time(gradedAt))} ${fact('Files', hash(treeHash))}
      ${fact('Suite', hash(suiteHash))}
    </dl>
  </footer>`
}

type Receipt = NonNullable<Report['environment']['receipt']>

const receiptText = ({ checked, commands, work, reads }: Receipt) =>
  `${checked} known numbers right at its start; then ${commands} kernels, ${(work / 1e9).toFixed(1)} GFLOP, ${reads} reads`

const time = (iso: string) => html`<time datetime="${iso}">${new Date(iso).toUTCString().replace('GMT', 'UTC')}</time>`
const hash = (digits: string) => html`<code>${digits}</code>`

function bar({ points, maxPoints }: { readonly points: number; readonly maxPoints: number }): Markup {
  const percent = percentOf(points, maxPoints)
  return html`<div class="bar" role="img" aria-label="${percent} percent"><i style="width: ${percent}%"></i></div>`
}
