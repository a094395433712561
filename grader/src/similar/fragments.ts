import { File, FingerprintIndex, Region, TokenizedFile } from '@dodona/dolos-core'
import { givenPrints, PRINT_TOKENS } from './fingerprints.ts'
import type { Given, Piece } from './given.ts'
import type { Rarity } from './rarity.ts'
import type { Token } from './tokens.ts'

/** Where a fragment is in one of the two submissions. */
export interface Place {
  readonly file: string
  /** Characters of the file: from this one … */
  readonly start: number
  /** … to before this one. */
  readonly end: number
}

/** Code that two submissions have in common. */
export interface Fragment {
  readonly left: Place
  readonly right: Place
  readonly tokens: number
  /** How many other submissions have all of it too. */
  readonly others: number
}

interface Side {
  readonly pieces: readonly Piece[]
}

/** The fragments that two submissions share, the longest first. No token is in two of them. */
export function fragmentsOf(left: Side, right: Side, given: Given, rarity: Rarity): Fragment[] {
  const [from, to] = [tokensOf(left, 'left'), tokensOf(right, 'right')]
  const files = [from, to].map(tokenized)
  const index = new FingerprintIndex(PRINT_TOKENS, 1)
  index.addIgnoredHashes([...givenPrints(given)])
  index.addFiles(files)
  const matches = index
    .getPair(files[0], files[1])
    .buildFragments()
    .map(({ leftkgrams, rightkgrams, pairs }) => ({
      from: leftkgrams.from,
      to: rightkgrams.from,
      length: leftkgrams.length + PRINT_TOKENS - 1,
      prints: pairs.map(({ fingerprint }) => fingerprint.hash),
    }))
  return apart(matches).map(match => ({
    left: placeOf(from, match.from, match.length),
    right: placeOf(to, match.to, match.length),
    tokens: match.length,
    others: Math.max(0, holdersOfAll(match.prints, rarity) - 2),
  }))
}

interface Placed extends Token {
  readonly file: string
}

/** The tokens of all pieces, with one between them that is found nowhere else. */
const tokensOf = ({ pieces }: Side, side: string): Placed[] =>
  pieces.flatMap(({ file, tokens }, i) => {
    const edge = tokens[0].start
    return [{ kind: `(${side} ${i}`, start: edge, end: edge, file }, ...tokens.map(token => ({ ...token, file }))]
  })

/** Dolos asks where tokens are; only their order matters here. */
const tokenized = (tokens: readonly Placed[], i: number): TokenizedFile =>
  new TokenizedFile(
    new File(String(i), '', undefined, i),
    tokens.map(({ kind }) => kind),
    tokens.map((_, at) => new Region(0, at, 0, at + 1)),
  )

interface Match {
  readonly from: number
  readonly to: number
  readonly length: number
  readonly prints: readonly number[]
}

/** The longest ones first, without those that overlap a longer one on either side: what is left of them is often chance. */
function apart(matches: readonly Match[]): Match[] {
  const [left, right] = [new Set<number>(), new Set<number>()]
  const kept: Match[] = []
  for (const match of matches.toSorted((a, b) => b.length - a.length || a.from - b.from)) {
    const free = trimmed(match, left, right)
    if (free === null) continue
    for (let i = 0; i < free.length; i++) {
      left.add(free.from + i)
      right.add(free.to + i)
    }
    kept.push(free)
  }
  return kept.sort((a, b) => b.length - a.length || a.from - b.from)
}

/** A match without the ends that longer ones have taken; null if too little remains. */
function trimmed(match: Match, left: ReadonlySet<number>, right: ReadonlySet<number>): Match | null {
  const isTaken = (i: number) => left.has(match.from + i) || right.has(match.to + i)
  let [start, end] = [0, match.length]
  while (start < end && isTaken(start)) start++
  while (end > start && isTaken(end - 1)) end--
  const length = end - start
  if (length < PRINT_TOKENS) return null
  for (let i = start; i < end; i++) if (isTaken(i)) return null
  const prints = match.prints.slice(start, start + length - PRINT_TOKENS + 1)
  return { from: match.from + start, to: match.to + start, length, prints }
}

function placeOf(tokens: readonly Placed[], from: number, length: number): Place {
  const own = tokens.slice(from, from + length)
  const { file } = own[0]
  return { file, start: Math.min(...own.map(({ start }) => start)), end: Math.max(...own.map(({ end }) => end)) }
}

/** How many submissions have all of these fingerprints. */
function holdersOfAll(prints: readonly number[], { holders }: Rarity): number {
  const distinct = [...new Set(prints)]
  const counts = new Map<number, number>()
  for (const print of distinct)
    for (const holder of holders.get(print) ?? []) counts.set(holder, (counts.get(holder) ?? 0) + 1)
  return [...counts.values()].filter(count => count === distinct.length).length
}
