import { safeJson } from '@backprop/safe-text'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { writeWhole } from '@backprop/files'
import type { Machine } from '../pipeline/machine.ts'
import type { ClassReport, RosterRow } from './class-report.ts'
import { renderClassPage } from './page/class-page.ts'
import type { OutputPaths } from './output-paths.ts'
import { namesOf, type Draws } from '../pipeline/seed-key.ts'
import type { StudentResult } from './student-result.ts'
import { classCsv } from './table.ts'

export interface ClassFacts {
  /** Name of the class. */
  readonly name: string
  readonly labs: readonly Lab[]
  readonly machine: Machine
  readonly draws: Draws
  /** By name. */
  readonly rows: readonly StudentResult[]
  readonly roster?: readonly RosterRow[]
  readonly writtenAt: Date
}

/** Writes `class.json`, `class.csv` and `class.html`. */
export async function writeClass(facts: ClassFacts, { root, staging }: OutputPaths): Promise<ClassReport> {
  const report = classReport(facts)
  await writeWhole(join(root, 'class.json'), safeJson(report), staging)
  await writeWhole(join(root, 'class.csv'), classCsv(facts.labs, facts.rows, facts.roster), staging)
  await writeWhole(join(root, 'class.html'), renderClassPage(report, facts.labs), staging)
  await rm(staging, { recursive: true, force: true })
  return report
}

function classReport({ name, labs, machine, draws, rows, roster, writtenAt }: ClassFacts): ClassReport {
  const { tier, backend } = machine
  return {
    schema: 'backprop/class/v1',
    class: name,
    labs: labs.map(({ manifest: { id, title, exercises } }) => ({
      id,
      title,
      maxPoints: exercises.flatMap(each => each.tests).reduce((sum, { points }) => sum + points, 0),
    })),
    environment: { tier: tier.id, tierReason: tier.reason, backend, node: process.version },
    ...namesOf(draws),
    writtenAt: writtenAt.toISOString(),
    ...(roster ? { roster: [...roster] } : {}),
    students: [...rows],
  }
}
