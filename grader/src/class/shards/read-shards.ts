import { UsageError } from '../../errors.ts'
import { GRADING, refuseLocked } from '../../lock.ts'
import type { ClassReport } from '../class-report.ts'
import { type Past, readJournal, type RunSettings } from '../journal.ts'
import { journalOf } from '../output-paths.ts'
import { readClass } from '../read-class.ts'
import type { StudentResult } from '../student-result.ts'
import { MOST_SHARDS, parseShard, type Shard, shardName, shardOf } from './shard.ts'

/** The report folder of one part of a class, all of which is graded. */
export interface ShardReport {
  readonly folder: string
  readonly shard: Shard
  readonly past: Past
  readonly report: ClassReport
}

/** The parts of one run, in their order. Throws `UsageError` if they are not all parts of the same run, each once. */
export async function readShards(folders: readonly string[]): Promise<readonly ShardReport[]> {
  const all = await Promise.all(folders.map(readShard))
  const [first] = all
  const { count } = first.shard
  for (const each of all) requireSameRun(first, each)
  const byIndex = Array.from({ length: count }, (_, i) => all.filter(({ shard }) => shard.index === i + 1))
  const twice = byIndex.find(parts => parts.length > 1)
  if (twice)
    throw new UsageError(`"${twice[0].folder}" and "${twice[1].folder}" are both part ${shardName(twice[0].shard)}.`)
  const missing = byIndex.flatMap((parts, i) => (parts.length === 0 ? [`${i + 1}/${count}`] : []))
  if (missing.length > 0)
    throw new UsageError(
      `Parts of the class are missing: ${missing.join(', ')}. Give the report folders of all ${count}.`,
    )
  return byIndex.map(([part]) => part)
}

async function readShard(folder: string): Promise<ShardReport> {
  await refuseLocked(folder, GRADING)
  const past = await readJournal(journalOf(folder))
  if (!past?.settings.shard)
    throw new UsageError(
      `"${folder}" is not a part of a class: name report folders of "pnpm grade class --shard i/n", with n up to ${MOST_SHARDS}.`,
    )
  const shard = parseShard(past.settings.shard)
  if (!past.isFinished)
    throw new UsageError(
      `Part ${shardName(shard)} in "${folder}" is not finished: continue it with --shard ${shardName(shard)} --resume.`,
    )
  return { folder, shard, past, report: await readClass(folder) }
}

/** What must be the same in all parts, as the message calls it. */
const SAME = {
  only: '--only',
  seed: 'seeds',
  seedKey: 'seed keys',
  official: '--official',
  backend: 'backends',
  tier: 'isolation tiers',
  node: 'versions of Node',
  signingKey: 'signing keys',
  grader: 'versions of the grader',
} as const satisfies Partial<Record<keyof RunSettings, string>>

function requireSameRun(a: ShardReport, b: ShardReport): void {
  const refuse = (what: string, one: unknown, other: unknown): never => {
    throw new UsageError(
      `"${a.folder}" and "${b.folder}" cannot be merged: they have different ${what} (${String(one)} and ${String(other)}).`,
    )
  }
  if (a.shard.count !== b.shard.count) refuse('numbers of parts', a.shard.count, b.shard.count)
  const [then, now] = [a.past.settings, b.past.settings]
  if (then.labs.join() !== now.labs.join()) refuse('labs', then.labs.join(','), now.labs.join(','))
  for (const lab of then.labs)
    if (then.suites[lab] !== now.suites[lab]) refuse(`tests of ${lab}`, then.suites[lab], now.suites[lab])
  for (const key of Object.keys(SAME) as (keyof typeof SAME)[])
    if (then[key] !== now[key]) refuse(SAME[key], then[key], now[key])
}

/** The part that a student's work was graded in. */
export const partOf = (student: string, parts: readonly ShardReport[]): ShardReport =>
  parts[shardOf(student, parts.length) - 1]

/** A student's last result, which the part may have taken over from an earlier run. */
export const resultIn = ({ past }: ShardReport, student: string): StudentResult | undefined =>
  past.rows.get(student) ?? past.before.get(student)
