import type { Likeness } from './compare.ts'
import type { Submission } from './submission.ts'

/** The same text under several names. */
export interface Identical {
  readonly files: readonly string[]
  readonly submissions: readonly Submission[]
}

/** Own tokens of a file from which two students hardly write the same characters by chance. */
const TELLING_TOKENS = 60

/** Submissions that are the same, character by character. */
export const sameSubmissions = (submissions: readonly Submission[]): Identical[] =>
  grouped(submissions, ({ hash }) => hash).map(group => ({ files: [...group[0].files.keys()], submissions: group }))

/** Files that are the same, character by character, and long enough for that to be no coincidence. */
export function sameFiles(submissions: readonly Submission[]): Identical[] {
  const names = [...new Set(submissions.flatMap(({ files }) => [...files.keys()]))]
  return names.flatMap(file =>
    grouped(
      submissions.filter(each => ownTokens(each, file) >= TELLING_TOKENS),
      ({ files }) => files.get(file) ?? '',
    ).map(group => ({ files: [file], submissions: group })),
  )
}

const ownTokens = ({ pieces }: Submission, file: string): number =>
  pieces.filter(piece => piece.file === file).reduce((sum, { tokens }) => sum + tokens.length, 0)

/** Lists of two or more with the same key. */
function grouped(submissions: readonly Submission[], key: (submission: Submission) => string): Submission[][] {
  const groups = new Map<string, Submission[]>()
  for (const each of submissions) groups.set(key(each), [...(groups.get(key(each)) ?? []), each])
  return [...groups.values()].filter(({ length }) => length > 1)
}

/**
 * Groups of submissions that are linked by pairs, by index: who is in a group is like at least one other, and not
 * necessarily like all. The largest first.
 */
export function clustersOf(pairs: readonly Pick<Likeness, 'left' | 'right'>[]): number[][] {
  const clusters = new Map<number, Set<number>>()
  for (const { left, right } of pairs) {
    const joined = new Set([left, right, ...(clusters.get(left) ?? []), ...(clusters.get(right) ?? [])])
    for (const each of joined) clusters.set(each, joined)
  }
  const sorted = [...new Set(clusters.values())].map(cluster => [...cluster].sort((a, b) => a - b))
  return sorted.sort((a, b) => b.length - a.length || a[0] - b[0])
}
