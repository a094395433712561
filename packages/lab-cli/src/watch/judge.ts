import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExerciseManifest, Lab } from '@backprop/course'
import { firstFinding, type Seen } from '../explain/explain.ts'
import type { Finding } from '../explain/finding.ts'
import type { Went } from '../lab/progress.ts'
import { spansOf } from '../lab/stubs.ts'

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
export async function judge(lab: Lab, exercise: string, { problems, outcome }: Seen): Promise<Judged> {
  const spans = await spansOf(lab, exercise)
  const results = outcome.results.filter(result => result.exercise === exercise)
  const total = outcome.tests.filter(test => test.exercise === exercise).length
  const passed = results.filter(({ state }) => state === 'passed').length
  const startAt = spans[0] && `${spans[0].file}:${spans[0].from}`
  const judged = { exercise, passed, total, startAt }
  // What passed has passed, however the run of another exercise ended.
  if (total > 0 && passed === total) return { ...judged, went: 'passed' }
  const finding = firstFinding({ problems, outcome }, { exercise, spans })
  const isCutShort = outcome.end !== 'done' && results.every(({ state }) => state !== 'failed')
  if (!finding) return { ...judged, went: isCutShort ? 'not-run' : 'not-started' }
  const source = finding.place && (await readFile(join(lab.dir, finding.place.file), 'utf8').catch(() => undefined))
  return { ...judged, went: 'failed', finding, source }
}

/** What one check says of several exercises. */
export const judgeAll = (lab: Lab, exercises: readonly ExerciseManifest[], seen: Seen): Promise<Judged[]> =>
  Promise.all(exercises.map(({ id }) => judge(lab, id, seen)))
