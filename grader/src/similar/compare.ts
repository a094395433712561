import { ownWeights, type Rarity, rarityOf } from './rarity.ts'
import type { Author } from './submission.ts'

/** Two submissions, by their index. */
export interface Likeness {
  readonly left: number
  readonly right: number
  /** From 0 to 1; see `compare`. */
  readonly similarity: number
}

export interface Comparison {
  readonly rarity: Rarity
  /** Each pair with a submission of this year, the most similar first. */
  readonly atLeast: (similarity: number) => readonly Likeness[]
  /** How many pairs there are, and the similarity that a share of them reaches: `reachedBy(0.01)` is that of the top 1 %. */
  readonly pairs: number
  readonly reachedBy: (share: number) => number
}

type Compared = Pick<Author, 'earlier'> & { readonly prints: readonly number[] }

/** A short submission counts as if it had this share of what the middle one of the class has. */
const SHORT = 0.5

/**
 * The similarity of each pair: how much of the smaller of the two is in the other as well, where what few in the class have
 * weighs more. Dead code and own work beside the copied part make it no smaller. So that an answer to a single short exercise
 * is not "100 % similar" to all others, a short submission counts as half as long as the middle one of the class.
 */
export function compare(submissions: readonly Compared[]): Comparison {
  const rarity = rarityOf(submissions)
  const own = ownWeights(submissions, rarity)
  const least = SHORT * (own.toSorted((a, b) => a - b)[own.length >> 1] ?? 0)
  const table = sharedWeights(submissions, rarity)
  const n = submissions.length
  const all: number[] = []
  for (let left = 0; left < n; left++)
    for (let right = left + 1; right < n; right++) {
      const at = left * n + right
      const base = Math.max(Math.min(own[left], own[right]), least)
      table[at] = base === 0 ? 0 : Math.min(1, rounded(table[at] / base))
      if (isWanted(submissions[left], submissions[right])) all.push(table[at])
    }
  const sorted = Float32Array.from(all).sort()
  return {
    rarity,
    pairs: sorted.length,
    reachedBy: share => sorted[Math.max(0, Math.ceil(sorted.length * (1 - share)) - 1)] ?? 0,
    atLeast: similarity => pairsOf(submissions, table, similarity),
  }
}

/** Sums in 32 bits are off by less than this: the same is 1, and not 0.9999999. */
const rounded = (share: number): number => Math.round(share * 1e5) / 1e5

/** Earlier years are not compared with each other. */
const isWanted = (left: Compared, right: Compared): boolean => left.earlier === null || right.earlier === null

/** What each pair shares, added up by weight, at `left × n + right` for left < right. */
function sharedWeights(submissions: readonly Compared[], { holders, weight }: Rarity): Float32Array {
  const n = submissions.length
  const table = new Float32Array(n * n)
  for (const some of holders.values()) {
    const weighs = weight(some.length)
    if (some.length < 2 || weighs <= 0) continue
    for (const [i, left] of some.entries())
      for (let j = i + 1; j < some.length; j++) table[left * n + some[j]] += weighs
  }
  return table
}

function pairsOf(submissions: readonly Compared[], table: Float32Array, atLeast: number): Likeness[] {
  const n = submissions.length
  const found: Likeness[] = []
  for (let left = 0; left < n; left++)
    for (let right = left + 1; right < n; right++) {
      const similarity = table[left * n + right]
      if (similarity >= atLeast && isWanted(submissions[left], submissions[right]))
        found.push({ left, right, similarity })
    }
  return found.sort((a, b) => b.similarity - a.similarity || a.left - b.left || a.right - b.right)
}
