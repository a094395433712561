import type { Lab } from '@backprop/course'
import { html, type Markup } from '../../report/markup.ts'
import type { StudentRow } from './student-rows.ts'

/** The form above the table of students: hidden until the script has taken hold of it, because it does nothing by itself. */
export function renderFilters(rows: readonly StudentRow[], labs: readonly Lab[]): Markup {
  const sections = counted(rows.map(({ section }) => section)).sort(([a], [b]) => collator.compare(a, b))
  const standings = counted(rows.map(({ standing }) => standing))
  return html`<form class="filters" hidden>
    <label
      >Search <input type="search" name="q" placeholder="name or id" autocomplete="off" spellcheck="false"
    /></label>
    ${sections.length > 1 ? select('section', 'Section', 'all sections', sections.map(withCount)) : html``}
    ${standings.length > 1 ? select('status', 'Status', 'any status', standings.map(withCount)) : html``}
    ${labs.length > 1 ? select('lab', 'Lab', 'all labs', labs.map(labOption)) : html``}
    <button type="button" name="all">Show all</button>
    <output aria-live="polite">${rows.length} of ${rows.length} students</output>
  </form>`
}

const collator = new Intl.Collator('en', { numeric: true })

interface Option {
  readonly value: string
  readonly text: string
}

const select = (name: string, label: string, all: string, options: readonly Option[]): Markup =>
  html`<label
    >${label}
    <select name="${name}">
      <option value="">${all}</option>
      ${options.map(({ value, text }) => html`<option value="${value}">${text}</option>`)}
    </select></label
  >`

const withCount = ([value, count]: readonly [string, number]): Option => ({ value, text: `${value} (${count})` })
const labOption = ({ manifest: { id, title } }: Lab): Option => ({ value: id, text: `${id.slice(0, 2)} ${title}` })

/** How often each text is there, apart from the empty one. */
function counted(texts: readonly string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const text of texts) if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts]
}
