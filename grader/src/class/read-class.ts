import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../errors.ts'
import type { People } from '../roster/people.ts'
import type { Term } from '../term/term-file.ts'
import type { Changes } from './changes.ts'
import { ClassReport } from './class-report.ts'

/** The `class.json` of a folder of reports. Throws UsageError if there is none that this version can read. */
export const readClass = (reports: string): Promise<ClassReport> => readClassFile(join(reports, 'class.json'))

async function readClassFile(file: string): Promise<ClassReport> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`There is no "${file}": grade the class first, or name its report folder with --class.`)
  })
  try {
    return ClassReport.parse(JSON.parse(text))
  } catch {
    throw new UsageError(`"${file}" is not a class report that this version can read: grade the class again.`)
  }
}

/** The roster that the last run into a folder was given, if it was given one. */
export async function lastRoster(reports: string): Promise<People | undefined> {
  const report = await readClass(reports).catch(() => null)
  return report ? peopleOf(report) : undefined
}

/** The roster that a class was graded with, if there was one. */
export function peopleOf({ roster }: ClassReport): People | undefined {
  if (!roster) return undefined
  const people = roster.map(({ name, team, more }) => ({ name, team, more }))
  return { people, columns: [...new Set(people.flatMap(({ more }) => Object.keys(more)))] }
}

/**
 * The labs whose results may go out; null for all. Throws UsageError where the file that says so is not the one that the class
 * was graded with: it would be easy to forget, and everything would be out.
 */
export function releasedLabs(
  report: Pick<ClassReport, 'hasTerm'> | null,
  term: Term | null,
): ReadonlySet<string> | null {
  if (term) return new Set([...term.labs].flatMap(([id, { released }]) => (released ? [id] : [])))
  if (!report?.hasTerm) return null
  throw new UsageError(
    'The class was graded with a term.yaml, which says what is released, and there is none now: give the file with --term.',
  )
}

/** A copy of `class.json` as it was when results were last handed out. */
const PUBLISHED = 'published.json'

/** Remembers what students were shown: from now on, `changes.json` says what differs from that. */
export const markPublished = (reports: string): Promise<void> =>
  copyFile(join(reports, 'class.json'), join(reports, PUBLISHED)).catch((error: NodeJS.ErrnoException) => {
    // A run that was killed before its end has reports, but no table yet.
    if (error.code !== 'ENOENT') throw error
  })

/** What to compare new results with: what was published, or else the last run. Null if there is neither. */
export async function readBaseline(
  reports: string,
): Promise<{ readonly report: ClassReport; readonly what: Changes['baseline'] } | null> {
  const published = await readClassFile(join(reports, PUBLISHED)).catch(() => null)
  if (published) return { report: published, what: 'published' }
  const last = await readClass(reports).catch(() => null)
  return last && { report: last, what: 'last run' }
}
