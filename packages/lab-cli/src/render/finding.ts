import { relative } from 'node:path'
import type { Finding } from '../explain/finding.ts'
import { excerpt } from '../explain/excerpt.ts'
import { wrapped, type Look } from './look.ts'

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
    [paint('bold', title), ...facts.flatMap(fact => wrapped(fact, columns, 2))],
    advice.flatMap(text => wrapped(paint('yellow', text), columns, 2)),
    comparison.map(line => `  ${line}`.slice(0, columns)),
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

/** A file of a lab as it can be opened from the folder that the terminal is in. */
export const shownPath = (cwd: string, dir: string, file: string): string =>
  `${relative(cwd, dir).replaceAll('\\', '/') || '.'}/${file}`
