import type { Rng } from '@backprop/core/random'

/**
 * Splits examples at random into parts, so that each class has about the same share in every part.
 *
 * A part gets its fraction of every class, rounded down or up. Every example is in exactly one part.
 *
 * @param labels the class of each example `[N]`
 * @param fractions the size of each part, for example `[0.8, 0.1, 0.1]`; they sum to 1
 * @returns the indices of each part, in random order
 * @throws RangeError if a fraction is negative or they do not sum to 1
 */
export function stratifiedSplit(labels: ArrayLike<number>, fractions: readonly number[], rng: Rng): Uint32Array[] {
  const total = fractions.reduce((sum, fraction) => sum + fraction, 0)
  if (!fractions.every(fraction => fraction >= 0) || !(Math.abs(total - 1) < 1e-9))
    throw new RangeError(
      `stratifiedSplit: the fractions are ${fractions.join(', ')}, expected fractions of at least 0 that sum to 1.`,
    )
  const parts: number[][] = fractions.map(() => [])
  let seen = 0
  for (const members of classes(labels, rng)) {
    seen += members.length
    // The parts furthest behind their share of all examples so far get what rounding leaves over.
    const behind = fractions.map((fraction, p) => fraction * seen - parts[p].length)
    let start = 0
    for (const [p, size] of shares(members.length, fractions, behind).entries()) {
      for (const i of members.slice(start, start + size)) parts[p].push(i)
      start += size
    }
  }
  return parts.map(part => rng.permutation(part.length).map(i => part[i]))
}

/** The indices of each class, each in random order. */
function classes(labels: ArrayLike<number>, rng: Rng): Iterable<number[]> {
  const members = new Map<number, number[]>()
  for (const i of rng.permutation(labels.length)) {
    const list = members.get(labels[i])
    if (list) list.push(i)
    else members.set(labels[i], [i])
  }
  return members.values()
}

/** `count` divided by `fractions`: each rounded down, then the rest one by one to the parts furthest behind. */
function shares(count: number, fractions: readonly number[], behind: number[]): number[] {
  // A product such as 0.07 · 100 = 7.000000000000001 means 7.
  const exact = fractions.map(fraction => Math.round(fraction * count * 1e9) / 1e9)
  const sizes = exact.map(Math.floor)
  const left = count - sizes.reduce((sum, size) => sum + size, 0)
  const hungry = fractions
    .map((_, p) => p)
    .filter(p => exact[p] > sizes[p])
    .sort((p, q) => behind[q] - sizes[q] - (behind[p] - sizes[p]))
  for (const p of hungry.slice(0, left)) sizes[p] += 1
  return sizes
}
