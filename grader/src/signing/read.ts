import { readFile, stat } from 'node:fs/promises'
import { Report } from '@backprop/report'
import { safeLine } from '@backprop/safe-text'
import { z } from 'zod'
import { carriedBy } from '../report/report-page.ts'

/** The text, which may come from anyone, is not a report; the message says where and why, in one sentence. */
export class NotAReport extends Error {
  override readonly name = 'NotAReport'
}

/** A report of a whole course with every note is far smaller. */
const MAX_REPORT_BYTES = 16 << 20

/** A report, and the page that it came in, if it did. */
export interface Found {
  readonly report: Report
  readonly page: string | null
}

/** Reads `report.json`, or the report that `report.html` carries. Throws `NotAReport`, or the error of the file system. */
export async function openReport(file: string): Promise<Found> {
  const found = await stat(file)
  if (!found.isFile()) throw new NotAReport('it is not a file.')
  if (found.size > MAX_REPORT_BYTES) throw new NotAReport(`it has ${found.size} bytes; no report is that large.`)
  const text = await readFile(file, 'utf8')
  if (!/^<!doctype html>/i.test(text)) return { report: parseReport(text), page: null }
  const carried = carriedBy(text)
  if (carried === null) throw new NotAReport('it is a page without a report in it.')
  return { report: parseReport(carried), page: text }
}

/** The same, without the page. */
export const readReport = async (file: string): Promise<Report> => (await openReport(file)).report

/** Parses the text of a report and checks it against the schema. */
export function parseReport(text: string): Report {
  const data = parse(text)
  const schema: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'schema') : undefined
  if (schema !== 'backprop/report/v1') throw new NotAReport('it is not a report: "schema" is not "backprop/report/v1".')
  const { data: report, error } = Report.safeParse(data)
  if (!report) throw new NotAReport(`it does not fit the schema: ${firstIssue(error)}.`)
  // Programs differ in which of the two they use.
  if (keysWritten(text) !== keysIn(data)) throw new NotAReport('it has the same key twice in one object.')
  return report
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new NotAReport(`it is not JSON: ${safeLine((error as Error).message)}.`)
  }
}

function firstIssue(error: z.ZodError | undefined): string {
  const issue = error?.issues[0]
  if (!issue) return 'the reason is unknown'
  const where = issue.path.map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return safeLine(`${where.replace(/^\./, '') || 'the report'}: ${issue.message}`)
}

/** The number of keys in a JSON text: its strings that are followed by a colon. A string may have any length. */
function keysWritten(text: string): number {
  let count = 0
  for (let start = text.indexOf('"'); start >= 0;) {
    let end = text.indexOf('"', start + 1)
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1)
    const after = /\S/g
    after.lastIndex = end + 1
    if (after.exec(text)?.[0] === ':') count++
    start = text.indexOf('"', end + 1)
  }
  return count
}

/** Whether it comes after an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let before = at
  while (text[before - 1] === '\\') before--
  return (at - before) % 2 === 1
}

function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = Array.isArray(value) ? 0 : Object.keys(value).length
  return Object.values(value).reduce((count: number, part) => count + keysIn(part), own)
}
