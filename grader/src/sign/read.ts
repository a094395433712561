import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { Report } from '@backprop/report'
import { safeLine } from '@backprop/safe-text'

/** A text is not a report; the message is one sentence that says where and why. It may come from anybody. */
export class NotAReport extends Error {
  override readonly name = 'NotAReport'
}

/** A report of a whole course with every note is far below this. */
const MOST_BYTES = 16 << 20

/** Reads a report from a file. Throws `NotAReport`, or the error of the file system. */
export async function readReport(file: string): Promise<Report> {
  const { size } = await stat(file)
  if (size > MOST_BYTES) throw new NotAReport(`it has ${size} bytes; no report is that large.`)
  return parseReport(await readFile(file, 'utf8'))
}

/** Takes the text of a report apart and checks it against the schema. */
export function parseReport(text: string): Report {
  const data = parse(text)
  const schema: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'schema') : undefined
  if (schema !== 'backprop/report/v1') throw new NotAReport('it is no report: "schema" is not "backprop/report/v1".')
  const { data: report, error } = Report.safeParse(data)
  if (!report) throw new NotAReport(`it does not fit the schema: ${firstIssue(error)}.`)
  // Programs differ in which of the two they believe.
  if (keysWritten(text) !== keysIn(data)) throw new NotAReport('it gives some key twice within one object.')
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
  if (!issue) return 'no reason is known'
  const where = issue.path.map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return safeLine(`${where.replace(/^\./, '') || 'the report'}: ${issue.message}`)
}

/** How many keys a JSON text spells out: its strings that a colon follows. */
const keysWritten = (text: string): number =>
  (text.match(/"(?:[^"\\]|\\.)*"\s*:?/g) ?? []).filter(token => token.endsWith(':')).length

function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = Array.isArray(value) ? 0 : Object.keys(value).length
  return Object.values(value).reduce((count: number, part) => count + keysIn(part), own)
}
