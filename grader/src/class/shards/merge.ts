import type { KeyObject } from 'node:crypto'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { makeFolders } from '@backprop/files'
import type { Context } from '../../context.ts'
import { UsageError } from '../../errors.ts'
import { GRADING, lock, refuseLocked } from '../../lock.ts'
import type { People } from '../../roster/people.ts'
import { keyId, signingKey } from '../../signing/keys.ts'
import { type TermFiles, TermRules } from '../../term/term-rules.ts'
import { demandWritable } from '../../writable.ts'
import { conclude } from '../conclude.ts'
import { Journal, type RunSettings } from '../journal.ts'
import { makeOutputPaths, type OutputPaths } from '../output-paths.ts'
import { lastRoster } from '../read-class.ts'
import type { ClassOutcome } from '../run-class.ts'
import { requireSameKey } from '../run-settings.ts'
import type { StudentResult } from '../student-result.ts'
import { listStudents, type Student } from '../students.ts'
import { partOf, readShards, resultIn, type ShardReport } from './read-shards.ts'

export interface MergeOptions {
  /** Report folders of all parts. */
  readonly parts: readonly string[]
  readonly submissions: string
  readonly reports: string
  /** Of the whole course; the parts say which of them were graded. */
  readonly course: readonly Lab[]
  readonly roster?: People
  readonly term?: TermFiles
}

type Io = Pick<Context, 'now' | 'env'>

/** As of one run. `rows` are the results that the parts made, without those that they took over. */
export interface MergeOutcome extends ClassOutcome {
  /** Which students the parts were to grade. */
  readonly only: string | null
}

/**
 * Joins the parts of a class into the folder that one run would have written: the same reports, tables and logs, and a
 * journal and a cache that the next run, in parts or not, goes on from.
 */
export async function mergeShards(options: MergeOptions, io: Io): Promise<MergeOutcome> {
  const { submissions, reports } = options
  await refuseLocked(submissions, { doing: 'fetching into', option: '--submissions' })
  const parts = await readShards(options.parts)
  const { students } = await listStudents(submissions, reports)
  const results = students.flatMap(({ name }) => resultIn(partOf(name, parts), name) ?? [])
  requireAll(students, parts)
  const key = await signingKey(io.env)
  const settings = settingsOf(parts, submissions)
  requireSameKey(settings, { ...settings, signingKey: key && keyId(key) }, reports)
  await demandWritable(reports, '--report')
  await makeFolders(reports)
  const unlock = await lock(reports, GRADING, io.now)
  try {
    const paths = await makeOutputPaths(reports)
    for (const student of students) await copyReport(student, partOf(student.name, parts), paths)
    for (const { folder } of parts) await copyInto(join(folder, 'cache'), paths.cache)
    const journal = await Journal.begin(paths.journal, settings, results, paths.staging)
    await journal.close()
    const outcome = await tables(results, students, { parts, settings, key, paths, options, io })
    return { ...outcome, only: settings.only }
  } finally {
    unlock()
  }
}

/** A part that was graded before a student handed in knows nothing of that student. */
function requireAll(students: readonly Student[], parts: readonly ShardReport[]): void {
  const lost = students.filter(({ name }) => !resultIn(partOf(name, parts), name))
  if (lost.length === 0 || parts[0].past.settings.only !== null) return
  const { shard } = partOf(lost[0].name, parts)
  throw new UsageError(
    `${lost.length} submissions are in no part, "${lost[0].name}" among them: grade part ${shard.index}/${shard.count} of these submissions again.`,
  )
}

const settingsOf = ([first]: readonly ShardReport[], submissions: string): RunSettings => ({
  ...first.past.settings,
  submissions,
  shard: null,
})

/** Replaces what is there with the student's report, and the log and the last fault, of a part. */
async function copyReport({ outbox }: Student, { folder }: ShardReport, paths: OutputPaths): Promise<void> {
  const copies = [
    [join(folder, 'students', outbox), join(paths.students, outbox)],
    ...[`${outbox}.json`, `${outbox}.fault.txt`].map(log => [join(folder, 'logs', log), join(paths.logs, log)]),
  ]
  for (const [from, to] of copies) {
    await rm(to, { recursive: true, force: true })
    await copyInto(from, to)
  }
}

/** Copies a file or the contents of a folder, if there is one. The cache goes by the age of its files. */
const copyInto = (from: string, to: string): Promise<void> =>
  cp(from, to, { recursive: true, preserveTimestamps: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })

interface Merged {
  readonly parts: readonly ShardReport[]
  readonly settings: RunSettings
  readonly key: KeyObject | null
  readonly paths: OutputPaths
  readonly options: MergeOptions
  readonly io: Io
}

async function tables(
  results: readonly StudentResult[],
  students: readonly Student[],
  { parts, settings, key, paths, options, io }: Merged,
): Promise<ClassOutcome> {
  const { submissions, reports, course, term } = options
  const names = students.map(({ name }) => name)
  const people = options.roster ?? (await lastRoster(reports)) ?? (await lastRoster(parts[0].folder))
  const { report, changes, rows } = await conclude(results, {
    ...{ submissions, names, people, key, paths, now: io.now },
    labs: course.filter(({ manifest }) => settings.labs.includes(manifest.id)),
    environment: parts[0].report.environment,
    drawn: { seed: settings.seed, seedKey: settings.seedKey },
    hasTerm: (term?.term ?? null) !== null,
    rules: term ? TermRules.for(term, names, people) : null,
  })
  const isFresh = ({ student }: StudentResult) => partOf(student, parts).past.rows.has(student)
  return { report, changes, rows: rows.filter(isFresh) }
}
