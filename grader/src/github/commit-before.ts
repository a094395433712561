import type { FetchedSubmission } from '../class/fetched.ts'
import type { Push } from './pushes.ts'

/** A commit that was the newest of its branch at a time, and who says so. */
export interface Proven {
  readonly commit: string
  readonly at: string
  readonly pushedAt: string | null
}

/**
 * The newest commit that is proven to have been there at a time: by a push before it, or because an earlier fetch saw it. The
 * dates in commits prove nothing. Null if there is none.
 */
export function commitBefore(
  { seen = [] }: Pick<FetchedSubmission, 'seen'>,
  pushes: readonly Push[],
  before: Date,
): Proven | null {
  const all: Proven[] = [
    ...seen.map(({ commit, at }) => ({ commit, at, pushedAt: pushedAt(commit, pushes) })),
    ...pushes.map(({ commit, at }) => ({ commit, at, pushedAt: at })),
  ]
  const inTime = all.filter(({ at }) => new Date(at) <= before)
  return inTime.reduce<Proven | null>((last, one) => (last === null || one.at >= last.at ? one : last), null)
}

/**
 * When a commit first became the newest of its branch, if GitHub says so: going back to it later does not make it late. The
 * newest push comes first.
 */
export const pushedAt = (commit: string, pushes: readonly Push[]): string | null =>
  pushes.findLast(push => push.commit === commit)?.at ?? null
