import type { Lab } from '@backprop/course'
import { prepareLab } from '../../pipeline/prepare-lab.ts'
import { readJournal } from '../journal.ts'
import { journalOf } from '../output-paths.ts'
import { select } from '../select.ts'
import { listStudents } from '../students.ts'

export interface PlanOptions {
  readonly submissions: string
  readonly reports: string
  readonly labs: readonly Lab[]
  readonly only: string | null
  /** How many submissions a machine should get, and how many machines there may be. */
  readonly each: number
  readonly most: number
}

/** The parts that a run should be split into, such as `['1/2', '2/2']`, by the number of submissions that it would grade. */
export async function planShards(options: PlanOptions): Promise<string[]> {
  const { submissions, reports, labs, only, each, most } = options
  const { students } = await listStudents(submissions, reports)
  const past = await readJournal(journalOf(reports))
  const before = new Map([...(past?.before ?? []), ...(past?.rows ?? [])])
  const prepared = await Promise.all(labs.map(prepareLab))
  const { length } = await select(only, students, before, prepared)
  const count = Math.min(Math.max(1, Math.ceil(length / each)), most)
  return Array.from({ length: count }, (_, i) => `${i + 1}/${count}`)
}
