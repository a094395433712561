import { isMisplaced } from '@backprop/course/submission'
import { STRONG } from '../../pipeline/machine.ts'
import { html, type Markup } from '../../report/markup.ts'
import type { RosterRow } from '../class-report.ts'
import { isGraded, labsNotFound, type StudentResult } from '../student-result.ts'
import { isolated } from './names.ts'

const MAX_NAMED = 20

/** What an instructor must know before trusting the table: missing scores, weak isolation, and cheats that were seen. */
export function renderAlerts(rows: readonly StudentResult[], roster: readonly RosterRow[] = []): Markup {
  const graded = rows.filter(isGraded)
  const faults = rows.flatMap(row => (isGraded(row) ? [] : [row]))
  const partial = graded.flatMap(row => row.ungraded?.map(lab => ({ ...lab, row })) ?? [])
  const broken = graded.flatMap(row =>
    row.labs.flatMap(({ id, alerts = [] }) => alerts.map(alert => html`${isolated(row.student)}: ${id} ${alert}`)),
  )
  const weak = graded.filter(({ tier }) => !STRONG.includes(tier)).map(({ tier }) => tier)
  const tampered = graded.filter(({ labs }) =>
    labs.some(({ exercises }) => exercises.some(({ status }) => status === 'tampered')),
  )
  const misplaced = graded.flatMap(row =>
    row.labs
      .flatMap(({ problem }) => (problem ?? '').split('\n').filter(isMisplaced))
      .map(line => html`${isolated(row.student)}: ${line}`),
  )
  const missing = rows.flatMap(row =>
    labsNotFound(row).map(
      ({ id, problem }) => html`${isolated(row.student)}: ${id}: ${mostTelling(problem ?? 'nothing was found')}`,
    ),
  )
  const absent = roster.flatMap(({ name, student }) => (student === null ? [isolated(name)] : []))
  const known = new Set(roster.map(({ student }) => student))
  const strangers = roster.length === 0 ? [] : rows.filter(({ student }) => !known.has(student))
  const accept = html`<p>
    They have 0 points, which says nothing about the work: look at the folder. If nothing was handed in, that is the
    grade.
  </p>`
  const retry = html`<p>
    The whole errors are in the folder <code>logs</code>. To try again: <code>--only failed</code>
  </p>`
  const rename = html`<p>
    They were not graded. If you accept them, rename them, and grade <code>--only changed</code>.
  </p>`
  const fix = html`<p>It does not hold against malicious code. <code>pnpm grade doctor</code> names the fix.</p>`
  const proof = html`<p>This hardly happens by accident. What they did is in the folder <code>logs</code>.</p>`
  const reasons = faults.map(row => html`${isolated(row.student)}: ${row.reason}`)
  const labs = partial.map(({ row, id, reason }) => html`${isolated(row.student)}: ${id}: ${reason}`)
  const look = html`<p>
    They count as failed. A right answer cannot break a test that looks at it first: fix the suite.
  </p>`
  const tiers = [...new Set(weak)].sort().join(' and ')
  return html`${[
    ...alert(faults.length, 'without a score', list(reasons), retry),
    ...alert(partial.length, ['lab', 'labs', 'without a score'], list(labs), retry),
    ...alert(
      missing.length,
      ['lab', 'labs', 'of which no file was found, or several sets of files'],
      list(missing),
      accept,
    ),
    ...alert(absent.length, 'on the roster without a folder', list(absent)),
    ...alert(strangers.length, 'not on the roster', list(strangers.map(({ student }) => isolated(student)))),
    ...alert(broken.length, ['hidden test', 'hidden tests', 'broke on an answer'], list(broken), look),
    ...alert(misplaced.length, ['file', 'files', 'under another name'], list(misplaced), rename),
    ...alert(weak.length, `graded in isolation tier ${tiers}`, fix),
    ...alert(
      tampered.length,
      'broke the rules of the grader’s channel',
      list(tampered.map(({ student }) => isolated(student))),
      proof,
    ),
  ]}`
}

/** Of the lines of a problem, the one that names what was found instead. */
function mostTelling(problem: string): string {
  const lines = problem.split('\n')
  return lines.find(line => !/^src\/\S+ is missing\.$/.test(line)) ?? lines[0]
}

/** Things that are counted by a noun have it in the singular and the plural, and then the rest of the heading. */
type Counted = string | readonly [one: string, several: string, rest: string]

function alert(count: number, what: Counted, ...parts: readonly Markup[]): Markup[] {
  if (count === 0) return []
  const words = typeof what === 'string' ? what : `${what[count === 1 ? 0 : 1]} ${what[2]}`
  return [
    html`<section class="alert">
      <h2>${count} ${words}</h2>
      ${parts}
    </section>`,
  ]
}

function list(items: readonly Markup[]): Markup {
  const more = items.length - MAX_NAMED
  return html`<ul>
    ${items.slice(0, MAX_NAMED).map(item => html`<li>${item}</li>`)}
    ${more > 0 ? html`<li>… and ${more} more, in the list below</li>` : html``}
  </ul>`
}
