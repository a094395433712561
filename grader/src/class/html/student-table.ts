import type { Lab } from '@backprop/course'
import { html, Markup } from '../../report/markup.ts'
import { renderFilters } from './filters.ts'
import { type Column, columnsOf } from './student-columns.ts'
import type { StudentRow } from './student-rows.ts'

/**
 * All students: points, a link to the report, and anything unusual. The table is complete without the script, which finds in
 * the `data-` attributes what to search, to sort by and to choose from.
 */
export function renderStudents(
  rows: readonly StudentRow[],
  labs: readonly Lab[],
  gradings?: ReadonlyMap<string, number>,
): Markup {
  const columns = columnsOf(rows, labs, gradings)
  return html`<section>
    <h2><span id="students">Students</span> <small>each name leads to the report that is ready to be sent</small></h2>
    ${renderFilters(rows, labs)}
    <div class="scroll" role="region" aria-labelledby="students" tabindex="0">
      <table class="students" aria-labelledby="students">
        <thead>
          <tr>
            ${columns.map(renderHeading)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(row => renderRow(row, columns))}
        </tbody>
      </table>
    </div>
  </section>`
}

const renderHeading = ({ id, heading, lab, isNumber }: Column) =>
  html`<th scope="col" ${attributes({ 'data-column': id, 'data-lab': lab, class: isNumber && 'number' })}>
    ${heading}
  </th>`

function renderRow(row: StudentRow, columns: readonly Column[]): Markup {
  const { name, id, team, section, standing } = row
  const about = { 'data-searched': [name, id, team].join(' '), 'data-section': section, 'data-standing': standing }
  const cells = columns.map(({ lab, isNumber, cell }, i) => {
    const { content, key, standing } = cell(row)
    const own = attributes({
      ...{ 'data-key': key, 'data-lab': lab, 'data-standing': standing },
      class: isNumber && 'number',
    })
    return i === 0 ? html`<th scope="row" ${own}>${content}</th>` : html`<td ${own}>${content}</td>`
  })
  return html`<tr ${attributes(about)}>
    ${cells}
  </tr>`
}

/** Those attributes that have a value. */
const attributes = (those: Readonly<Record<string, string | number | false | undefined>>): Markup[] =>
  Object.entries(those).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [html`${new Markup(` ${name}`)}="${value}"`],
  )
