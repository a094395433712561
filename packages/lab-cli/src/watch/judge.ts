import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import type { Checked } from '../check/lab-checker.ts'
import { firstFinding } from '../explain/explain.ts'
import type { Finding } from '../explain/finding.ts'
import type { Went } from '../lab/progress.ts'
import { spansOf } from '../lab/stubs.ts'

/** How an exercise stands. */
export interface Judged {
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
export async function judge(lab: Lab, exercise: string, checked: Checked): Promise<Judged> {
  const { tests, results, end } = checked.outcome
  const spans = await spansOf(lab, exercise)
  const mine = results.filter(result => result.exercise === exercise)
  const total = tests.filter(test => test.exercise === exercise).length
  const passed = mine.filter(({ state }) => state === 'passed').length
  const startAt = spans[0] && `${spans[0].file}:${spans[0].from}`
  if (total > 0 && passed === total && end === 'done') return { went: 'passed', passed, total, startAt }
  const finding = firstFinding({ ...checked, outcome: { ...checked.outcome, results: mine } }, spans)
  if (!finding) return { went: 'not-started', passed, total, startAt }
  const source = finding.place && (await readFile(join(lab.dir, finding.place.file), 'utf8').catch(() => undefined))
  return { went: 'failed', passed, total, finding, source, startAt }
}
