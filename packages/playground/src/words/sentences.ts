import type { Rng } from '@backprop/core/random'
import { allPronounSentences, pronounSentence, pronounWords, type SentenceKind } from '@backprop/datasets'

/** The most words that a sentence has. */
export const MOST_WORDS = 13

/** What was typed, as words, and what can't be read of it. */
export interface Typed {
  readonly words: readonly string[]
  /** Words that the grammar doesn't have, each once. */
  readonly unknown: readonly string[]
  /** Why the sentence can't be read at all; `null` if it can. */
  readonly problem: string | null
}

const KNOWN: ReadonlySet<string> = new Set(pronounWords)

export function typed(text: string): Typed {
  const words = text
    .toLowerCase()
    .split(/[^\p{L}\p{N}']+/u)
    .filter(word => word !== '')
  const unknown = [...new Set(words.filter(word => !KNOWN.has(word)))]
  const problem =
    words.length === 0
      ? 'Type a sentence of up to 13 words.'
      : words.length > MOST_WORDS
        ? `This sentence has ${words.length} words, but the network reads at most ${MOST_WORDS}.`
        : null
  return { words, unknown, problem }
}

/** Where the parts of a sentence of the grammar are. */
export interface Parts {
  readonly pronoun: number
  /** The two nouns, in order. */
  readonly nouns: readonly [number, number]
  readonly kind: SentenceKind
}

const PRONOUNS = ['he', 'she', 'it', 'they']

/** The parts of a sentence; `null` if it isn't built like one of the grammar. */
export function partsOf(words: readonly string[]): Parts | null {
  const pronoun = words.findIndex((word, t) => PRONOUNS.includes(word) && words[t - 1] === 'because')
  const nouns = words.flatMap((word, t) => (word === 'the' && t + 1 < pronoun ? [t + 1] : []))
  if (pronoun < 0 || nouns.length !== 2 || words.length < pronoun + 3) return null
  return { pronoun, nouns: [nouns[0], nouns[1]], kind: words.includes('not') ? 'class' : 'role' }
}

/** A last word, and which of the two nouns it means. */
export interface LastWord {
  readonly word: string
  readonly means: 0 | 1
}

/** The last words of one kind of sentences: first those for the first noun. */
export function lastWords(kind: SentenceKind): LastWord[] {
  const found = new Map<string, LastWord>()
  for (const { words, referent, other } of allPronounSentences(kind, 'training')) {
    const word = words[words.length - 1]
    // The last words change fastest, so the first one that comes again ends the list.
    if (found.has(word)) break
    found.set(word, { word, means: referent < other ? 0 : 1 })
  }
  return [...found.values()]
}

/** A pronoun is a riddle here: the two nouns have different ones, in pairs that no network was trained on. */
export const drawnSentence = (rng: Rng): string => pronounSentence({ rng, pairs: 'held-out' }).words.join(' ')

export const EXAMPLES: readonly string[] = [
  'the animal did not cross the street because it seemed too tired',
  'the queen did not cross the street because she seemed too tired',
  'the children did not reach the river because they seemed too lazy',
  'the horse chased the farmer because it seemed hungry',
  'today the nurse watched the cats because she seemed curious',
]
