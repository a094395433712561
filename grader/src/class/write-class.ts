import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { writeWhole } from '@backprop/files'
import { safeJson } from '@backprop/safe-text'
import type { DrawNames } from '../pipeline/seed-key.ts'
import { type Changes, changesBetween } from './changes.ts'
import { changesText } from './changes-text.ts'
import type { ClassReport, RosterRow } from './class-report.ts'
import { renderClassPage } from './html/class-page.ts'
import type { OutputPaths } from './output-paths.ts'
import { readBaseline } from './read-class.ts'
import type { StudentResult } from './student-result.ts'
import { classCsv } from './table.ts'

export interface ClassFacts {
  /** Name of the class. */
  readonly name: string
  readonly labs: readonly Lab[]
  readonly environment: ClassReport['environment']
  /** What the draws come from. */
  readonly drawn: DrawNames
  /** By name. */
  readonly rows: readonly StudentResult[]
  readonly roster?: readonly RosterRow[]
  /** Whether there is a term.yaml. */
  readonly hasTerm?: boolean
  /** How many gradings of a student are in the history, by the name of the folder; none is linked without it. */
  readonly gradings?: ReadonlyMap<string, number>
  readonly writtenAt: Date
}

export interface Written {
  readonly report: ClassReport
  /** Null if there was nothing to compare with. */
  readonly changes: Changes | null
}

/**
 * Writes `class.json`, `class.csv` and `class.html`, and `changes.json` and `changes.txt` if there were results before. The
 * first comes last: a run that is killed before leaves something to compare with.
 */
export async function writeClass(facts: ClassFacts, { root, staging }: OutputPaths): Promise<Written> {
  const report = classReport(facts)
  const baseline = await readBaseline(root)
  const changes = baseline && changesBetween(baseline.report, report, baseline.what)
  const write = (name: string, text: string) => writeWhole(join(root, name), text, staging)
  if (changes) {
    await write('changes.json', safeJson(changes))
    await write('changes.txt', changesText(changes))
  }
  await write('class.csv', classCsv(facts.labs, facts.rows, facts.roster))
  await write('class.html', renderClassPage(report, facts.labs, changes ?? undefined, facts.gradings))
  await write('class.json', safeJson(report))
  await rm(staging, { recursive: true, force: true })
  return { report, changes }
}

function classReport({ name, labs, environment, drawn, rows, roster, hasTerm, writtenAt }: ClassFacts): ClassReport {
  return {
    schema: 'backprop/class/v1',
    class: name,
    labs: labs.map(({ manifest: { id, title, exercises } }) => ({
      id,
      title,
      maxPoints: exercises.flatMap(each => each.tests).reduce((sum, { points }) => sum + points, 0),
    })),
    environment,
    ...drawn,
    writtenAt: writtenAt.toISOString(),
    ...(hasTerm ? { hasTerm } : {}),
    ...(roster ? { roster: [...roster] } : {}),
    students: [...rows],
  }
}
