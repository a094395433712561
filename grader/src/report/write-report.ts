import { join } from 'node:path'
import { writeWhole } from '@backprop/files'
import type { Report } from '@backprop/report'
import { safeJson } from '@backprop/safe-text'
import { renderPage } from './report-page.ts'
import type { LogEntry } from './ungraded.ts'

/** The log of one lab, for the instructor only. */
export interface Logged {
  readonly id: string
  readonly log: readonly LogEntry[]
}

/** Writes `report.json` and `report.html`, and the instructor's `log.json` beside them. */
export async function writeReport(folder: string, report: Report, labs: readonly Logged[]): Promise<void> {
  const log = labs.flatMap(lab => lab.log.map(entry => ({ lab: lab.id, ...entry })))
  // Someone else may have put files there: a link or a pipe with one of these names is replaced, never followed.
  await writeWhole(join(folder, 'report.json'), safeJson(report))
  await writeWhole(join(folder, 'report.html'), renderPage(report))
  await writeWhole(join(folder, 'log.json'), safeJson(log))
}
