import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolders, writeWhole } from '@backprop/files'
import { visibleJson } from '@backprop/safe-text'
import { z } from 'zod'
import { type Change, changeOf, differences } from './changes.ts'
import { renderHistory } from './html/history-page.ts'
import type { OutputPaths } from './output-paths.ts'
import { isGraded, StudentResult } from './student-result.ts'

/**
 * `history/NAME/`: every grading of a student that is not the one before again. Each is a line of `gradings.jsonl`, with the
 * report as it was then, and `index.html` shows them.
 */

const Grading = z.strictObject({
  writtenAt: z.iso.datetime(),
  /** The report as it was, beside this file; null if there was none. */
  report: z.string().nullable(),
  row: StudentResult,
})
export type Grading = z.infer<typeof Grading>

/** Why a grading was made, where the results say nothing about it. */
export type Occasion = Change['why'][number] | 'first' | 'labs' | 'commit' | 'note'

/** A grading, and what is different from the one before. */
export interface Past extends Grading {
  readonly why: readonly Occasion[]
  readonly changes: readonly Change[]
}

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

/** Whether two results are of the same grading: a result from the cache has its time. */
const isSame = (one: StudentResult, other: StudentResult): boolean => content(one) === content(other)
const content = (row: StudentResult): string =>
  JSON.stringify(row, (key, value: unknown) => (key === 'ms' ? undefined : value))

/** The gradings of a student, each with what is different from the one before; the oldest first. */
export const pastOf = (gradings: readonly Grading[]): readonly Past[] =>
  gradings.map((grading, i) => {
    const before = gradings.at(i - 1)
    return i === 0 || !before
      ? { ...grading, why: ['first'], changes: [] }
      : { ...grading, ...between(before.row, grading.row) }
  })

function between(before: StudentResult, after: StudentResult): Pick<Past, 'why' | 'changes'> {
  const [then, now] = [before, after].map(row => new Map(isGraded(row) ? row.labs.map(lab => [lab.id, lab]) : []))
  const ids = [...new Set([...then.keys(), ...now.keys()])]
  const all = ids.map(id => changeOf(after.student, id, then.get(id), now.get(id)))
  const changes = all.filter(({ from, to, tests }) => from !== to || tests.length > 0)
  const why = new Set<Occasion>()
  for (const id of ids) {
    const [one, other] = [then.get(id), now.get(id)]
    if (!one || !other) why.add(isGraded(before) && isGraded(after) && !hasFault(before, after, id) ? 'labs' : 'fault')
    else for (const each of differences(one, other)) why.add(each)
  }
  if (!isGraded(before) || !isGraded(after)) why.add('fault')
  if (why.size === 0) why.add(without(before, after, changes.length > 0))
  return { why: [...why], changes }
}

const hasFault = (before: StudentResult, after: StudentResult, id: string): boolean =>
  [before, after].some(row => isGraded(row) && row.ungraded?.some(lab => lab.id === id))

/** Why a grading was made whose files, tests, overrides and deadlines are those of the one before. */
function without(before: StudentResult, after: StudentResult, isOtherwise: boolean): Occasion {
  if (isOtherwise || !isGraded(before) || !isGraded(after)) return 'graded again'
  const finals = (row: typeof before) => JSON.stringify(row.labs.map(({ final }) => final ?? null))
  if (finals(before) !== finals(after)) return 'note'
  return before.seenAt !== after.seenAt || before.committedAt !== after.committedAt ? 'commit' : 'graded again'
}
