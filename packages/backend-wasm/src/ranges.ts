// How much, and which: rounding, and ranges of things to share.

export const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple

/** The things from number `from` on, `count` of them. */
export interface Range {
  readonly from: number
  readonly count: number
}

/** Splits n things into `parts` ranges of about the same size, or fewer; each but the last is a multiple of `grain`. */
export function split(n: number, parts: number, grain = 1): Range[] {
  return chunks({ from: 0, count: n }, roundUp(Math.ceil(n / parts), grain))
}

/** Cuts a range into chunks of `size` things; the last may have fewer. */
export function chunks({ from, count }: Range, size: number): Range[] {
  const starts = Array.from({ length: count === 0 ? 0 : Math.ceil(count / size) }, (_, i) => i * size)
  return starts.map(start => ({ from: from + start, count: Math.min(size, count - start) }))
}

export function indices({ from, count }: Range): number[] {
  return Array.from({ length: count }, (_, i) => from + i)
}
