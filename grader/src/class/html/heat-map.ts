import type { Lab } from '@backprop/course'
import { percentOf } from '@backprop/report'
import { html, type Markup } from '../../report/markup.ts'
import {
  BANDS,
  type Cell,
  exerciseDiscriminations,
  MIN_FOR_DISCRIMINATION,
  type TestRecord,
  testRecords,
} from '../item-analysis.ts'
import type { GradedStudent } from '../student-result.ts'

/**
 * Each test of a lab against bands of submissions, from the weakest to the strongest: what percentage of them pass. The
 * color of a sound test deepens to the right; a row that stays or turns pale on the right is a test to look into.
 */
export function renderHeatMap(lab: Lab, graded: readonly GradedStudent[]): Markup {
  const { id, title, exercises } = lab.manifest
  const records = testRecords(lab, graded)
  const discriminations = exerciseDiscriminations(lab, graded)
  const doubts = records.filter(({ doubt }) => doubt !== null).length
  const bands = Array.from({ length: BANDS }, (_, i) =>
    i < BANDS - 1 ? `<${(100 / BANDS) * (i + 1)}` : `≥${(100 / BANDS) * i}`,
  )
  return html`<section data-lab="${id}">
    <h2>
      <span>${title}</span> <small>${id}, percent that pass each test</small> ${doubts > 0 ? sign(doubts) : html``}
    </h2>
    <table class="heat">
      <thead>
        <tr>
          <th scope="col" rowspan="2">test</th>
          <th scope="col" rowspan="2">all</th>
          <th scope="col" rowspan="2"><abbr title="discrimination">r</abbr></th>
          <th scope="colgroup" colspan="${BANDS}">by percent of the lab’s other points</th>
        </tr>
        <tr>
          ${bands.map(band => html`<th scope="col">${band}</th>`)}
        </tr>
      </thead>
      ${exercises.map(
        (exercise, i) =>
          html`<tbody>
            <tr>
              <th scope="rowgroup" colspan="2">${exercise.title}</th>
              <td class="plain">${signed(discriminations[i])}</td>
              <td class="plain" colspan="${BANDS}"></td>
            </tr>
            ${records.filter(record => record.exercise === exercise.id).map(renderRecord)}
          </tbody>`,
      )}
    </table>
    <p class="hint">
      <b>r</b> says how well a test or an exercise tells strong submissions from weak ones: it is the correlation of its
      points with the rest of the lab’s points (corrected item–total correlation; above 0.2 is good, below 0 is suspect;
      blank with fewer than ${MIN_FOR_DISCRIMINATION} submissions, or if all have the same points).
    </p>
  </section>`
}

/** `0.43`, `−0.10`; nothing for null. */
const signed = (r: number | null): string => (r === null ? '' : r.toFixed(2).replace('-', '−'))

const sign = (doubts: number) => html`<b class="doubt">‼ ${doubts} to look into</b>`

const renderRecord = ({ id, concept, all, bands, doubt, discrimination }: TestRecord) =>
  html`<tr>
    <th scope="row" title="${id}">${concept}${doubt === null ? html`` : html`<em>‼ ${doubt}</em>`}</th>
    ${renderCell(all)}
    <td class="plain">${signed(discrimination)}</td>
    ${bands.map(renderCell)}
  </tr>`

function renderCell({ ran, passed }: Cell): Markup {
  if (ran === 0) return html`<td class="none" title="no submission">·</td>`
  const percent = percentOf(passed, ran)
  return html`<td style="--share: ${percent}%" title="${passed} of ${ran} pass">${percent}</td>`
}
