import { createHash } from 'node:crypto'
import { UsageError } from '../../errors.ts'

/** One of several parts of a class, each graded by a separate machine. Counts from 1, as in Vitest and Playwright. */
export interface Shard {
  readonly index: number
  readonly count: number
}

/** More machines than this cost more to start than they save. */
export const MOST_SHARDS = 256

/** Reads `3/20`. */
export function parseShard(text: string): Shard {
  const [, index, count] = (/^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []).map(Number)
  if (index >= 1 && index <= count && count <= MOST_SHARDS) return { index, count }
  throw new UsageError(
    `--shard takes a part and a number of parts, from 1/1 to ${MOST_SHARDS}/${MOST_SHARDS}: 3/20 is the third of twenty. "${text}" is neither.`,
  )
}

export const shardName = ({ index, count }: Shard): string => `${index}/${count}`

/**
 * The part that a student is in, from 1 to `count`. It depends on nothing but the name, so a student who is added moves no
 * other to another machine.
 */
export const shardOf = (student: string, count: number): number =>
  (createHash('sha256').update(student.normalize('NFC')).digest().readUInt32BE(0) % count) + 1

/** Whether a student's work is graded in this part; without parts, everyone's is. */
export const isInShard = (student: string, shard: Shard | null): boolean =>
  shard === null || shardOf(student, shard.count) === shard.index
