import { relative } from 'node:path'
import type { Finding } from '../explain/finding.ts'
import { excerpt } from './excerpt.ts'
import type { ChangedFile } from '../lab/changed-files.ts'
import { wrapped, type Look } from './look.ts'
import { cut } from './text.ts'

/** What stands around a finding: where the lab is, and the text of the file that it points into. */
export interface FindingContext {
  readonly dir: string
  /** The folder that the terminal is in: paths are shown as they can be opened from there. */
  readonly cwd: string
  readonly source?: string
}

/** A finding as lines for a terminal; nothing is said by colour alone. */
export function findingLines(finding: Finding, look: Look, { dir, cwd, source }: FindingContext): string[] {
  const { title, place, facts, comparison = [], advice } = finding
  const { columns, paint } = look
  const blocks = [
    [...wrapped(paint('bold', title), columns), ...facts.flatMap(fact => wrapped(fact, columns, 2))],
    advice.flatMap(text => wrapped(paint('yellow', text), columns, 2)),
    comparison.map(line => cut(`  ${line}`, columns)),
    place ? placeLines(place, look, dir, cwd, source) : [],
  ]
  return blocks.filter(block => block.length > 0).flatMap((block, i) => (i === 0 ? block : ['', ...block]))
}

function placeLines(
  place: NonNullable<Finding['place']>,
  { columns, paint }: Look,
  dir: string,
  cwd: string,
  source: string | undefined,
): string[] {
  const column = place.column === undefined ? '' : `:${place.column}`
  const shown = `  ${shownPath(cwd, dir, place.file)}:${place.line}${column}`
  const lines = source === undefined ? [] : excerpt(source, place, columns - 2)
  return [paint('cyan', shown), ...lines.map(line => `  ${line}`)]
}

/** What to say of files of the course that are not as they were handed out. */
export function changedLines(changed: readonly ChangedFile[], { columns, paint, signs }: Look): string[] {
  if (changed.length === 0) return []
  const names = changed.map(({ file, how }) => (how === 'missing' ? `${file} (missing)` : file))
  const [{ cure }] = changed
  const few = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
  const text = `${signs.bad} Not as handed out: ${few}. What you hand in is judged with the course's own. "${cure}" brings ${names.length === 1 ? 'it' : 'them'} back.`
  return wrapped(paint('yellow', text), columns)
}

/** A file of a lab as it can be opened from the folder that the terminal is in. */
export const shownPath = (cwd: string, dir: string, file: string): string =>
  `${relative(cwd, dir).replaceAll('\\', '/') || '.'}/${file}`
