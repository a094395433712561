import type { KeyObject } from 'node:crypto'
import { basename } from 'node:path'
import type { People } from '../roster/people.ts'
import type { TermRules } from '../term/term-rules.ts'
import { applyTerm } from './apply-term.ts'
import { joinRoster } from './join-roster.ts'
import type { OutputPaths } from './output-paths.ts'
import type { StudentResult } from './student-result.ts'
import { type ClassFacts, writeClass, type Written } from './write-class.ts'

export interface Conclusion extends Pick<ClassFacts, 'labs' | 'environment' | 'drawn'> {
  readonly submissions: string
  /** All students of the class, also of other parts. */
  readonly names: readonly string[]
  readonly people: People | undefined
  readonly rules: TermRules | null
  readonly key: KeyObject | null
  readonly paths: OutputPaths
  readonly now: () => Date
}

/** The last stage of a run: gives results the points that count, joins the roster to them, and writes the tables. */
export async function conclude(
  results: readonly StudentResult[],
  { submissions, names, people, rules, key, paths, now, ...facts }: Conclusion,
): Promise<Written & { readonly rows: readonly StudentResult[] }> {
  const rows = await applyTerm(results, rules, { submissions, paths, key })
  const roster = people && joinRoster(people, names)
  const written = await writeClass({ ...facts, name: basename(submissions), roster, rows, writtenAt: now() }, paths)
  return { ...written, rows }
}
