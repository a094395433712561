import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolders, writeWhole } from '@backprop/files'
import { visibleJson } from '@backprop/safe-text'
import { renderHistory } from './html/history-page.ts'
import type { OutputPaths } from './output-paths.ts'
import { Grading, pastOf } from './past-gradings.ts'
import { isGraded, type StudentResult } from './student-result.ts'

/**
 * `history/NAME/`: every grading of a student that is not the one before again. Each is a line of `gradings.jsonl`, with the
 * report as it was then, and `index.html` shows them.
 */

/** Keeps what is new about the students, and returns how many gradings of each there are, by the name of the folder. */
export async function keepHistory(
  rows: readonly StudentResult[],
  { students, history, staging }: OutputPaths,
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const folder = join(history, row.outbox)
    const lines = await linesOf(join(folder, 'gradings.jsonl'))
    const gradings = lines.flatMap(line => parsed(line) ?? [])
    const last = gradings.at(-1)
    if (!last || !isSame(last.row, row)) {
      await makeFolders(folder)
      // A damaged line still has its number.
      const name = `${String(lines.length + 1).padStart(4, '0')}.html`
      const report = isGraded(row) && (await copied(join(students, row.outbox, 'report.html'), join(folder, name)))
      const grading: Grading = { writtenAt: now.toISOString(), report: report ? name : null, row }
      lines.push(visibleJson(JSON.stringify(grading)))
      gradings.push(grading)
      await writeWhole(join(folder, 'gradings.jsonl'), lines.map(line => `${line}\n`).join(''), staging)
      await writeWhole(join(folder, 'index.html'), renderHistory(row.student, pastOf(gradings)), staging)
    }
    counts.set(row.outbox, gradings.length)
  }
  return counts
}

async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.split('\n').filter(line => line !== '')
}

/** A line that this version cannot read stays, and is not shown. */
function parsed(line: string): Grading | null {
  try {
    return Grading.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}

async function copied(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** Whether two results say the same: what costs nothing, such as an untouched stub, is graded again in each run. */
const isSame = (one: StudentResult, other: StudentResult): boolean => content(one) === content(other)
const content = (row: StudentResult): string =>
  JSON.stringify(row, (key, value: unknown) => (key === 'ms' || key === 'gradedAt' ? undefined : value))
