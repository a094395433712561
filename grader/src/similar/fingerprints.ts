import { WinnowFilter } from '@dodona/dolos-core'
import { type Given, kinds, type Piece } from './given.ts'

/**
 * How many tokens in a row make a fingerprint. With fewer, the idioms of the language are found everywhere; with more, a small
 * change hides more of its surroundings. `pnpm grade:similar` measures it.
 */
export const PRINT_TOKENS = 12

/** Each run of tokens counts: a lab is too short to leave some out. */
const WINDOW = 1

const filter = new WinnowFilter(PRINT_TOKENS, WINDOW)

/** The fingerprints of a row of tokens, one for each place where one begins (Schleimer, Wilkerson and Aiken, 2003). */
export const printsAt = (tokens: readonly string[]): number[] =>
  tokens.length < PRINT_TOKENS ? [] : filter.fingerprints([...tokens]).map(({ hash }) => hash)

/** The distinct fingerprints of some pieces. What also is in the given code says nothing, and is left out. */
export function printsOf(pieces: readonly Piece[], given: Given): number[] {
  const ignored = givenPrints(given)
  const all = pieces.flatMap(({ tokens }) => printsAt(kinds(tokens)))
  return [...new Set(all)].filter(print => !ignored.has(print))
}

const known = new WeakMap<Given, ReadonlySet<number>>()

/** The fingerprints of what every student was given. */
export function givenPrints(given: Given): ReadonlySet<number> {
  const prints = known.get(given) ?? new Set(given.pieces.flatMap(printsAt))
  known.set(given, prints)
  return prints
}
