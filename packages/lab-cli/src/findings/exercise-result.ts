import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExerciseManifest, Lab } from '@backprop/course'
import type { LabCheck } from '../check/lab-checker.ts'
import { functionsOf, rangesOf } from '../lab/exercise-functions.ts'
import type { ExerciseStatus } from '../lab/lab-progress.ts'
import { missingFinding, otherEncoding } from './file-findings.ts'
import type { Finding } from './finding.ts'
import { firstFinding, lateError } from './first-finding.ts'

/** The state of an exercise after a check. */
export interface ExerciseResult {
  readonly exercise: string
  readonly status: ExerciseStatus
  readonly passed: number
  readonly total: number
  readonly finding?: Finding
  /** The text of the file that the finding points into. */
  readonly source?: string
  /** Where the exercise begins in the student's files: `src/perceptron.ts:49`. */
  readonly startAt?: string
}

/** What a check says about one exercise. */
export async function resultOf(lab: Lab, exercise: string, check: LabCheck): Promise<ExerciseResult> {
  const { outcome } = check
  const [functions, ranges] = await Promise.all([functionsOf(lab, exercise), rangesOf(lab, exercise)])
  const results = outcome.results.filter(result => result.exercise === exercise)
  const total = outcome.tests.filter(test => test.exercise === exercise).length
  const passed = results.filter(({ state }) => state === 'passed').length
  const startAt = functions[0] && `${functions[0].file}:${functions[0].from}`
  const counted = { exercise, passed, total, startAt }
  const encoding = await otherEncoding(lab, exercise)
  const isRight = total > 0 && passed === total && !encoding && !lateError(check, { exercise, ranges })
  if (isRight) return { ...counted, status: 'passed' }
  const finding =
    encoding ?? (await missingFinding(lab, exercise, check)) ?? firstFinding(check, { exercise, ranges, functions })
  const isCutShort = outcome.end !== 'done' && results.every(({ state }) => state !== 'failed')
  if (!finding) return { ...counted, status: isCutShort ? 'not-run' : 'not-started' }
  const source = finding.place && (await readFile(join(lab.dir, finding.place.file), 'utf8').catch(() => undefined))
  return { ...counted, status: 'failed', finding, source }
}

/** What one check says about several exercises. */
export const resultsOf = (
  lab: Lab,
  exercises: readonly ExerciseManifest[],
  check: LabCheck,
): Promise<ExerciseResult[]> => Promise.all(exercises.map(({ id }) => resultOf(lab, id, check)))
