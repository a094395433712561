import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { writeWhole } from '@backprop/files'
import { safeJson } from '@backprop/safe-text'
import { renderPage } from '../report/report-page.ts'
import { NotAReport, readReport } from '../signing/read.ts'
import { sign } from '../signing/sign.ts'
import type { TermRules } from '../term/term-rules.ts'
import { readCollected } from './collected.ts'
import { fetchedByName } from './fetched.ts'
import { reportWithFinals, withFinals } from './final-points.ts'
import type { OutputPaths } from './output-paths.ts'
import { type GradedStudent, isGraded, type StudentResult } from './student-result.ts'

interface Where {
  readonly submissions: string
  readonly paths: OutputPaths
  /** Signs the reports that change; null for none. */
  readonly key: KeyObject | null
}

/**
 * The stage after grading: gives all results, also those of earlier runs, the points that count, and brings the students'
 * reports up to date. A report that says what it should is not touched. Without rules, final points of earlier runs go.
 */
export async function applyTerm(
  rows: readonly StudentResult[],
  rules: TermRules | null,
  { submissions, paths, key }: Where,
): Promise<readonly StudentResult[]> {
  const collected = (await readCollected(submissions))?.submissions ?? []
  const last = rules
    ? withFinals(rows, rules, {
        fetched: await fetchedByName(submissions),
        collected: new Map(collected.map(each => [each.name.normalize('NFC'), each])),
      })
    : rows
  for (const row of last) if (isGraded(row)) await bringUpToDate(row, paths, key)
  return last
}

async function bringUpToDate(row: GradedStudent, paths: OutputPaths, key: KeyObject | null): Promise<void> {
  const folder = join(paths.students, row.outbox)
  const report = await readReport(join(folder, 'report.json')).catch((error: NodeJS.ErrnoException) => {
    // A report that was deleted or damaged is graded again on request; the row has the points.
    if (error instanceof NotAReport || error.code === 'ENOENT') return null
    throw error
  })
  if (!report) return
  const final = reportWithFinals(report, row)
  if (!final) return
  const signed = key ? sign(final, key) : final
  // The page is written first: only a new report.json says that both are.
  await writeWhole(join(folder, 'report.html'), renderPage(signed), paths.staging)
  await writeWhole(join(folder, 'report.json'), safeJson(signed), paths.staging)
}
