import { fact, html, Markup, renderDocument } from '../report/markup.ts'
import { STYLE } from '../report/report-style.ts'
import { type ReportedAuthor, who } from './similar-author.ts'
import { renderPair } from './similar-pair.ts'
import type { SimilarPair, SimilarReport } from './similar-report.ts'
import { SIMILAR_STYLE } from './similar-style.ts'

/** The text of each author's files, by `JSON.stringify([name, earlier])`. */
export type FilesByAuthor = ReadonlyMap<string, ReadonlyMap<string, string>>

/** No script runs, and nothing is loaded, whatever the students' texts are. */
const POLICY = new Markup("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'")

/** Pairs shown side by side; the tables list all. */
const MAX_SIDE_BY_SIDE = 60

/** One self-contained page for the instructor: no scripts, and nothing is loaded from elsewhere. */
export function renderSimilarPage(report: SimilarReport, files: FilesByAuthor): string {
  const { lab, pairs } = report
  const shown = pairs.slice(0, MAX_SIDE_BY_SIDE)
  const rows = pairs.map((pair, i) => ({ pair, number: i + 1 }))
  const byLength = rows.toSorted((a, b) => b.pair.longest - a.pair.longest || a.number - b.number)
  const body = html`<body class="similar">
    <header>
      <h1>Similar submissions: ${lab.title}</h1>
      <p>
        This page is not an accusation: it shows which submissions have code in common that few others in the class
        have, so that you can look at it and talk to the people who wrote it.
      </p>
    </header>
    <main>
      ${howToRead(report)} ${identicalFiles(report)} ${groups(report)}
      ${table('by-similarity', 'Pairs by similarity', rows, report)}
      ${pairs.length < 2 ? html`` : table('by-fragment', 'Pairs by longest fragment', byLength, report)}
      ${shown.map((pair, i) => renderPair(pair, i + 1, sidesOf(pair, files)))} ${notCompared(report)}
    </main>
    ${provenance(report)}
  </body>`
  const head = html`<meta http-equiv="Content-Security-Policy" content="${POLICY}" />`
  return renderDocument(`${report.class} · similar submissions`, `${STYLE}\n${SIMILAR_STYLE}`, body, head)
}

const sidesOf = ({ left, right }: SimilarPair, files: FilesByAuthor) => {
  const of = ({ name, earlier }: ReportedAuthor) =>
    files.get(JSON.stringify([name, earlier])) ?? new Map<string, string>()
  return { left: of(left), right: of(right) }
}

/** Rounded down, so that nothing below a threshold seems to reach it. */
const percent = (share: number): string => `${Math.floor(100 * share)} %`

const listOf = (authors: readonly ReportedAuthor[]): Markup =>
  html`${authors.map((author, i) => html`${i === 0 ? '' : ', '}${who(author)}`)}`

const usually = ({ median, top1Percent, topOneInThousand }: SimilarReport['usual']): string =>
  `In this class half of all pairs are at most ${percent(median)} similar, 99 of 100 at most ${percent(top1Percent)}, ` +
  `and 999 of 1000 at most ${percent(topOneInThousand)}.`

const howToRead = ({ usual, threshold, compared, pairsCompared }: SimilarReport) =>
  html`<section>
    <h2>What similarity means</h2>
    <p>
      Similarity is the share of the smaller submission that is in the other one too. Names, literals, types, comments,
      layout and the order of functions make no difference. What every student was given is left out, and code counts
      less the more students have it. ${pairsCompared > 0 ? usually(usual) : ''} The pairs below reach
      ${percent(threshold)}.
    </p>
    ${
      compared < 20
        ? html`<p class="notice">
            Only ${compared} different ${compared === 1 ? 'submission was' : 'submissions were'} compared. So few don’t
            show what is common, so pairs look more similar than they would in a large class.
          </p>`
        : html``
    }
    <p>Usual reasons that are innocent:</p>
    <ul class="reasons">
      <li>The exercise is short, and has one natural answer.</li>
      <li>Both followed the same lecture, tutor, book or documentation, or asked the same assistant.</li>
      <li>They worked together in a way that the course allows, or they are one team with two folders.</li>
      <li>A student repeats the course, and hands in work of an earlier year again.</li>
      <li>The code was shown to everyone, on the board or in a forum, and this program doesn’t know that.</li>
    </ul>
    <p>
      Look at the fragments that no one else has, and at what is not counted: the same mistake, the same odd name, the
      same comment.
    </p>
  </section>`

function identicalFiles({ identical }: SimilarReport): Markup {
  if (identical.length === 0) return html``
  return html`<section>
    <h2>Identical files <small>the same, character by character</small></h2>
    <ul class="reasons">
      ${identical.map(({ files, authors }) => html`<li>${listOf(authors)}: ${files.join(', ')}</li>`)}
    </ul>
    <p>Where all files are the same, the first submission stands for all of them below.</p>
  </section>`
}

function groups({ groups: all }: SimilarReport): Markup {
  if (all.length === 0) return html``
  return html`<section>
    <h2>Groups <small>linked by pairs: each is similar to at least one other, not to all</small></h2>
    <ol class="reasons">
      ${all.map(group => html`<li>${listOf(group)}</li>`)}
    </ol>
  </section>`
}

interface Row {
  readonly pair: SimilarPair
  readonly number: number
}

function table(id: string, title: string, rows: readonly Row[], { threshold, pairsLeftOut }: SimilarReport): Markup {
  if (rows.length === 0)
    return html`<section><h2>${title}</h2><p>No pair reaches ${percent(threshold)}.</p></section>` // prettier-ignore
  const more = pairsLeftOut === 0 ? '' : `${pairsLeftOut} more pairs reach the threshold: raise it to see fewer.`
  return html`<section>
    <h2 id="${id}">${title}</h2>
    ${more === '' ? html`` : html`<p class="notice">${more}</p>`}
    <table class="pairs">
      <thead>
        <tr>
          <th scope="col">pair</th>
          <th scope="col">submissions</th>
          <th scope="col">similarity</th>
          <th scope="col">longest fragment</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(renderRow)}
      </tbody>
    </table>
  </section>`
}

function renderRow({ pair, number }: Row): Markup {
  const { left, right, similarity, longest } = pair
  const link = number > MAX_SIDE_BY_SIDE ? html`${number}` : html`<a href="#pair-${number}">Pair ${number}</a>`
  return html`<tr>
    <td>${link}</td>
    <td>${who(left)} – ${who(right)}</td>
    <td>${percent(similarity)}</td>
    <td>${longest} tokens</td>
  </tr>`
}

function notCompared({ leftOut }: SimilarReport): Markup {
  if (leftOut.length === 0) return html``
  return html`<section>
    <h2>Not compared <small>${leftOut.length}</small></h2>
    <ul class="reasons">
      ${leftOut.map(({ why, ...author }) => html`<li>${who(author)}: ${why}</li>`)}
    </ul>
  </section>`
}

const provenance = ({ class: name, lab, threshold, compared, pairsCompared, writtenAt }: SimilarReport) =>
  html`<footer>
    <h2>How this was compared</h2>
    <dl>
      ${fact('Class', name)} ${fact('Lab', lab.id)} ${fact('Submissions', `${compared} different ones`)}
      ${fact('Pairs', `${pairsCompared} compared`)} ${fact('Threshold', percent(threshold))}
      ${fact('Written', `${writtenAt.slice(0, 19).replace('T', ' ')} UTC`)}
    </dl>
  </footer>`
