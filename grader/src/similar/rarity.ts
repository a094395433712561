/** What a class has in common, and what few in it have. */
export interface Rarity {
  /** By fingerprint, the submissions that have it, by their index. */
  readonly holders: ReadonlyMap<number, readonly number[]>
  /** How much a fingerprint says, by how many have it. */
  readonly weight: (holders: number) => number
}

type Printed = { readonly prints: readonly number[] }

/**
 * Of `n` submissions, a fingerprint that `h` of them have weighs log((n + 1) / h) / log((n + 1) / 2), as in tf–idf: 1 if only
 * two share it, 0.42 if a tenth of 500 do, 0.13 if half do, and 0 if all do. Where only two are compared, nothing is known
 * about rarity, and all fingerprints weigh 1.
 */
export function rarityOf(submissions: readonly Printed[]): Rarity {
  const holders = new Map<number, number[]>()
  for (const [i, { prints }] of submissions.entries())
    for (const print of prints) {
      const others = holders.get(print)
      if (others) others.push(i)
      else holders.set(print, [i])
    }
  const all = submissions.length + 1
  const weight = (count: number) => Math.min(1, Math.log(all / Math.max(count, 2)) / Math.log(all / 2))
  return { holders, weight: submissions.length <= 2 ? () => 1 : weight }
}

/** The rare prints of each submission, added up by weight. */
export function ownWeights(submissions: readonly Printed[], { holders, weight }: Rarity): number[] {
  return submissions.map(({ prints }) =>
    prints.reduce((sum, print) => sum + weight(holders.get(print)?.length ?? 0), 0),
  )
}
