import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { People } from '../roster/people.ts'
import { UsageError } from '../errors.ts'
import { ClassReport } from './class-report.ts'

/** The `class.json` of a folder of reports. Throws UsageError if there is none that this version can read. */
export async function readClass(reports: string): Promise<ClassReport> {
  const file = join(reports, 'class.json')
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
