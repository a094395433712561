import { html, type Markup } from '../report/markup.ts'
import { who } from './similar-author.ts'
import type { PlaceInFile, SimilarPair } from './similar-report.ts'

/** The files of both, by name. */
export interface Sides {
  readonly left: ReadonlyMap<string, string>
  readonly right: ReadonlyMap<string, string>
}

type Side = keyof Sides

const OTHER: Readonly<Record<Side, Side>> = { left: 'right', right: 'left' }

/** Two submissions side by side. Each fragment leads to its counterpart, by mouse and by keyboard. */
export function renderPair(pair: SimilarPair, number: number, sides: Sides): Markup {
  const { left, right, similarity } = pair
  return html`<section class="pair" id="pair-${number}">
    <h2><span>Pair ${number}: ${who(left)} – ${who(right)}</span> <b>${Math.floor(100 * similarity)} %</b></h2>
    ${
      left.name === right.name
        ? html`<p class="notice">
            The folders have the same name: perhaps this is one student who repeats the course.
          </p>`
        : html``
    }
    ${fragmentTable(pair, number)}
    <div class="sides">${side('left', pair, number, sides.left)} ${side('right', pair, number, sides.right)}</div>
    <p class="back">
      <a href="#by-similarity" aria-label="From pair ${number} back to the table">Back to the table</a>
    </p>
  </section>`
}

const fragmentTable = ({ fragments }: SimilarPair, number: number) =>
  html`<table class="pairs">
    <thead>
      <tr>
        <th scope="col">fragment</th>
        <th scope="col">left, lines</th>
        <th scope="col">right, lines</th>
        <th scope="col">length</th>
        <th scope="col">also in</th>
      </tr>
    </thead>
    <tbody>
      ${fragments.map(
        ({ left, right, tokens, others }, i) =>
          html`<tr>
            <td>${i + 1}</td>
            <td><a href="#${idOf(number, 'left', i)}">${linesOf(left)}</a></td>
            <td><a href="#${idOf(number, 'right', i)}">${linesOf(right)}</a></td>
            <td>${tokens} tokens</td>
            <td>${others === 0 ? html`<b>no other</b>` : `${others} ${others === 1 ? 'other' : 'others'}`}</td>
          </tr>`,
      )}
    </tbody>
  </table>`

const idOf = (number: number, side: Side, fragment: number): string => `p${number}-${side}-${fragment + 1}`

const linesOf = ({ file, firstLine, lastLine }: PlaceInFile): string =>
  `${file} ${firstLine === lastLine ? firstLine : `${firstLine}–${lastLine}`}`

function side(side: Side, pair: SimilarPair, number: number, files: ReadonlyMap<string, string>): Markup {
  const used = new Set(pair.fragments.map(fragment => fragment[side].file))
  const name = pair[side].name
  return html`<div>
    ${[...files].filter(([file]) => used.has(file)).map(
      ([file, text]) =>
        html`<h3>${who(pair[side])} <small>${file}</small></h3>
          <pre tabindex="0" role="region" aria-label="Pair ${number}, ${side}: ${file} of ${name}">${highlighted(text, marksIn(file, side, pair), side, number)}</pre>`,
    )}
  </div>` // prettier-ignore
}

interface Mark {
  readonly start: number
  readonly end: number
  readonly fragment: number
}

/** The fragments of a file in the order of the text. */
const marksIn = (file: string, side: Side, { fragments }: SimilarPair): Mark[] =>
  fragments
    .map((fragment, i) => ({ ...fragment[side], fragment: i }))
    .filter(place => place.file === file)
    .sort((a, b) => a.start - b.start)

/** The whole text; in front of each fragment is its number, which leads to the other side. */
function highlighted(text: string, marks: readonly Mark[], side: Side, number: number): Markup[] {
  const parts: Markup[] = []
  let at = 0
  for (const { start, end, fragment } of marks) {
    const from = Math.max(start, at)
    const link = html`<a href="#${idOf(number, OTHER[side], fragment)}" aria-label="Pair ${number}, fragment ${fragment + 1}: go to the ${OTHER[side]} side">${fragment + 1}</a>` // prettier-ignore
    const code = html`<mark id="${idOf(number, side, fragment)}">${text.slice(from, Math.max(from, end))}</mark>`
    parts.push(html`${text.slice(at, from)}`, link, code)
    at = Math.max(from, end)
  }
  return [...parts, html`${text.slice(at)}`]
}
