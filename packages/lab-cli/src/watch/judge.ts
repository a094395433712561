import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExerciseManifest, Lab } from '@backprop/course'
import { firstFinding, lateError, type Seen } from '../explain/explain.ts'
import type { Finding } from '../explain/finding.ts'
import { refusalIn } from '../explain/refusal.ts'
import { otherEncoding } from '../lab/encoding.ts'
import { missingPart, testsOf } from '../lab/missing-part.ts'
import type { Went } from '../lab/progress.ts'
import { partsOf, spansOf } from '../lab/stubs.ts'

/** How an exercise stands. */
export interface Judged {
  readonly exercise: string
  readonly went: Went
  readonly passed: number
  readonly total: number
  readonly finding?: Finding
  /** The text of the file that the finding points into. */
  readonly source?: string
  /** Where in the student's files it begins. */
  readonly startAt?: string
}

/** What a check says of one exercise. */
export async function judge(lab: Lab, exercise: string, seen: Seen): Promise<Judged> {
  const { outcome } = seen
  const [parts, spans] = await Promise.all([partsOf(lab, exercise), spansOf(lab, exercise)])
  const results = outcome.results.filter(result => result.exercise === exercise)
  const total = outcome.tests.filter(test => test.exercise === exercise).length
  const passed = results.filter(({ state }) => state === 'passed').length
  const startAt = parts[0] && `${parts[0].file}:${parts[0].from}`
  const judged = { exercise, passed, total, startAt }
  const encoding = await otherEncoding(lab, exercise)
  // What passed has passed, however the run of another exercise ended.
  const isRight = total > 0 && passed === total && !encoding && !lateError(seen, { exercise, spans })
  if (isRight) return { ...judged, went: 'passed' }
  const finding =
    encoding ??
    (await withoutTests(lab, exercise, seen)) ??
    (await missingPart(lab, exercise, seen)) ??
    firstFinding(seen, { exercise, spans, parts })
  const isCutShort = outcome.end !== 'done' && results.every(({ state }) => state !== 'failed')
  if (!finding) return { ...judged, went: isCutShort ? 'not-run' : 'not-started' }
  const source = finding.place && (await readFile(join(lab.dir, finding.place.file), 'utf8').catch(() => undefined))
  return { ...judged, went: 'failed', finding: withRefusal(finding, source), source }
}

/** Nothing can be said of an exercise whose tests were deleted. */
async function withoutTests(lab: Lab, exercise: string, { changed = [] }: Seen): Promise<Finding | undefined> {
  const gone = changed.filter(({ file, how }) => how === 'missing' && file.startsWith('test/'))
  if (gone.length === 0 || (await testsOf(lab, exercise)).length > 0) return undefined
  return {
    title: 'No visible test of this exercise is there',
    facts: [`Of the folder test/, ${gone.map(({ file }) => file).join(', ')} is missing.`],
    advice: [`"${gone[0].cure}" brings the tests back.`],
  }
}

/** A bare assertion is told by its line: `expect(() => f()).toThrow(RangeError)` says nothing when no error comes. */
function withRefusal(finding: Finding, source: string | undefined): Finding {
  const { isBare, place, facts, advice } = finding
  const refusal = isBare && place && source !== undefined ? refusalIn(source, place.line) : undefined
  if (!refusal) return finding
  return { ...finding, facts: [refusal.fact], advice: [...facts, ...advice, refusal.advice ?? ''].filter(Boolean) }
}

/** What one check says of several exercises. */
export const judgeAll = (lab: Lab, exercises: readonly ExerciseManifest[], seen: Seen): Promise<Judged[]> =>
  Promise.all(exercises.map(({ id }) => judge(lab, id, seen)))
