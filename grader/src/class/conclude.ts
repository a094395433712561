import type { KeyObject } from 'node:crypto'
import { basename } from 'node:path'
import type { People } from '../roster/people.ts'
import type { TermRules } from '../term/term-rules.ts'
import { applyTerm } from './apply-term.ts'
import { keepHistory } from './history.ts'
import { joinRoster } from './join-roster.ts'
import type { OutputPaths } from './output-paths.ts'
import type { StudentResult } from './student-result.ts'
import { type ClassFacts, writeClass, type Written } from './write-class.ts'

export interface Conclusion extends Pick<ClassFacts, 'labs' | 'environment' | 'drawn' | 'hasTerm'> {
  readonly submissions: string
  /** All students of the class, also of other parts. */
  readonly names: readonly string[]
  readonly people: People | undefined
  readonly rules: TermRules | null
  readonly key: KeyObject | null
  readonly paths: OutputPaths
  readonly now: () => Date
  /** Whether this is a part of a class: the folder that joins the parts has the history. */
  readonly isPart?: boolean
}

/** The last stage of a run: gives results the points that count, joins the roster to them, and writes the tables. */
export async function conclude(
  results: readonly StudentResult[],
  { submissions, names, people, rules, key, paths, now, isPart = false, ...facts }: Conclusion,
): Promise<Written & { readonly rows: readonly StudentResult[] }> {
  const rows = await applyTerm(results, rules, { submissions, paths, key })
  const roster = people && joinRoster(people, names)
  const writtenAt = now()
  const gradings = isPart ? undefined : await keepHistory(rows, paths, writtenAt)
  const written = await writeClass({ ...facts, name: basename(submissions), roster, rows, gradings, writtenAt }, paths)
  return { ...written, rows }
}
