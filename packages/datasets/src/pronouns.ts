import type { Rng } from '@backprop/core/random'

/**
 * Sentences of a small grammar in which a pronoun stands for one of two nouns, and only a word behind the pronoun says
 * for which one. It follows an example by Ashish Vaswani and others: "The animal didn't cross the street because it was
 * too tired" (or "too wide"), https://research.google/blog/transformer-a-novel-neural-network-architecture-for-language-understanding/
 *
 *     sentence = lead + (class | role)                          each half of the time
 *     lead     = "" | today                                     each half of the time
 *     class    = the BEING did not REACH the PLACE because PRONOUN seemed too (TIRED | WIDE)
 *     role     = the BEING CHASED the BEING because PRONOUN seemed (HUNGRY | SLOW)
 *
 * In a *class* sentence, a word such as "tired" fits a being, and "wide" fits a place. In a *role* sentence both nouns
 * are beings, so the order counts too: "hungry" means the one that chased, "slow" the one that was chased. Verbs don't
 * show number ("seemed", "did not"), so nothing else gives the pronoun away. Every choice is uniform, and all choices but
 * that of the two nouns are independent.
 */
export interface PronounSentence {
  /** From 9 to 13 words. */
  words: string[]
  kind: SentenceKind
  /** The index of the pronoun. */
  pronoun: number
  /** The index of the noun that the pronoun stands for. */
  referent: number
  /** The index of the other noun. */
  other: number
}

/** Whether the last word fits beings or places, or the first noun or the second. */
export type SentenceKind = 'class' | 'role'

/**
 * Which ordered pairs of nouns may occur. In `held-out` pairs the two nouns have different pronouns; `training` has all
 * other pairs. Those with the same pronoun are no riddle, but a network learns from them which noun has which pronoun:
 * without them, the one of lab 10 needs far longer.
 */
export type NounPairs = 'training' | 'held-out'

/** What an exact count over all sentences of one kind says about guessing. */
export interface PronounOdds {
  /** The number of different sentences of this kind, which are equally likely. */
  sentences: number
  /** How much one sentence tells, in bits: log₂ of that number. Drawing the kind too adds 1 bit to the mean of both. */
  entropy: number
  /** The share of right guesses of the pronoun by the best guess that looks at nothing: the most frequent pronoun. */
  withoutContext: number
  /**
   * The share of right guesses by the best guess that knows both nouns, but not the last word, or, in role sentences, not
   * which noun comes first: it takes either noun's pronoun. It is 0.5 for held-out pairs.
   */
  withoutOrder: number
}

const PRONOUNS = ['he', 'she', 'it', 'they']
/** Four nouns for each pronoun, in the order of `PRONOUNS`. */
const BEINGS = [
  ['boy', 'king', 'farmer', 'uncle'],
  ['girl', 'queen', 'nurse', 'aunt'],
  ['dog', 'cat', 'horse', 'animal'],
  ['children', 'dogs', 'cats', 'horses'],
]
const PLACES = [[], [], ['street', 'river', 'bridge', 'field'], ['streets', 'rivers', 'hills', 'roads']]
/** The verbs and the last words of each kind: those for the first noun and those for the second. */
const KINDS = {
  class: {
    before: ['did', 'not'],
    verbs: ['cross', 'reach', 'visit'],
    after: ['seemed', 'too'],
    second: PLACES,
    last: [
      ['tired', 'afraid', 'young', 'hurt', 'lazy'],
      ['wide', 'deep', 'busy', 'steep', 'icy'],
    ],
  },
  role: {
    before: [],
    verbs: ['chased', 'followed', 'watched', 'found'],
    after: ['seemed'],
    second: BEINGS,
    last: [
      ['hungry', 'angry', 'bored', 'curious', 'brave'],
      ['slow', 'small', 'lost', 'weak', 'funny'],
    ],
  },
}
const LEADS = [[], ['today']]

/** The two kinds of sentences. */
export const sentenceKinds = Object.keys(KINDS) as SentenceKind[]

/** The largest number of words in a sentence. */
export const longestPronounSentence = 13

/** All words of the grammar, sorted: 62. */
export const pronounWords: readonly string[] = [
  ...new Set([
    ...['the', 'because', ...LEADS.flat(), ...PRONOUNS, ...BEINGS.flat(), ...PLACES.flat()],
    ...Object.values(KINDS).flatMap(({ before, verbs, after, last }) => [
      ...before,
      ...verbs,
      ...after,
      ...last.flat(),
    ]),
  ]),
].sort()

/** Two nouns, in order, with the indices of their pronouns. */
interface NounPair {
  nouns: [string, string]
  pronouns: [number, number]
}

/**
 * All pairs of one kind. If their pronouns differ, the k-th noun of one and the l-th of the other are held out where k + l
 * is 3 (counted from 0). So every noun is in one held-out pair with a noun of each other pronoun, and no pronoun is more
 * frequent among them than among all pairs with different pronouns.
 */
function pairsOf(kind: SentenceKind, which: NounPairs): NounPair[] {
  const pairs: NounPair[] = []
  for (const [p, firsts] of BEINGS.entries())
    for (const [q, seconds] of KINDS[kind].second.entries())
      for (const [k, first] of firsts.entries())
        for (const [l, second] of seconds.entries())
          if (first !== second && (p !== q && k + l === 3) === (which === 'held-out'))
            pairs.push({ nouns: [first, second], pronouns: [p, q] })
  return pairs
}

const PAIRS = {
  class: { training: pairsOf('class', 'training'), 'held-out': pairsOf('class', 'held-out') },
  role: { training: pairsOf('role', 'training'), 'held-out': pairsOf('role', 'held-out') },
}

/** Every choice that makes a sentence. */
interface Choices {
  kind: SentenceKind
  lead: readonly string[]
  pair: NounPair
  verb: string
  /** Which noun the pronoun stands for: 0 for the first, 1 for the second. */
  side: number
  last: string
}

function written({ kind, lead, pair, verb, side, last }: Choices): PronounSentence {
  const { before, after } = KINDS[kind]
  const start = [...lead, 'the', pair.nouns[0], ...before, verb, 'the', pair.nouns[1], 'because']
  const at = [lead.length + 1, start.length - 2]
  return {
    words: [...start, PRONOUNS[pair.pronouns[side]], ...after, last],
    kind,
    pronoun: start.length,
    referent: at[side],
    other: at[1 - side],
  }
}

/**
 * Draws one sentence.
 *
 * @param options.rng the source of all choices
 * @param options.pairs `training` unless given
 * @param options.kind either kind, each half of the time, unless given
 * @throws RangeError if there is no such kind, or no such set of pairs
 * @example pronounSentence({ rng: rng(1) }).words.join(' ') // 'the dog chased the horses because it seemed hungry', …
 */
export function pronounSentence(options: { rng: Rng; pairs?: NounPairs; kind?: SentenceKind }): PronounSentence {
  const { rng, pairs = 'training' } = options
  const pick = <T>(list: readonly T[]): T => list[rng.integer(list.length)]
  const kind = options.kind ?? pick(sentenceKinds)
  check('pronounSentence', kind, pairs)
  const lead = pick(LEADS)
  const pair = pick(PAIRS[kind][pairs])
  const side = rng.integer(2)
  return written({ kind, lead, pair, side, verb: pick(KINDS[kind].verbs), last: pick(KINDS[kind].last[side]) })
}

/** All sentences of one kind, each once. */
export function* allPronounSentences(
  kind: SentenceKind,
  pairs: NounPairs,
): Generator<PronounSentence, void, undefined> {
  check('allPronounSentences', kind, pairs)
  for (const lead of LEADS)
    for (const pair of PAIRS[kind][pairs])
      for (const verb of KINDS[kind].verbs)
        for (const side of [0, 1])
          for (const last of KINDS[kind].last[side]) yield written({ kind, lead, pair, verb, side, last })
}

/**
 * How many sentences of one kind there are, and how well their pronoun can be guessed without reading them. All choices
 * are uniform and each sentence can be made in only one way, so counts are enough.
 */
export function pronounOdds(kind: SentenceKind, pairs: NounPairs): PronounOdds {
  check('pronounOdds', kind, pairs)
  const { verbs, last } = KINDS[kind]
  const nouns = PAIRS[kind][pairs]
  const sentences = LEADS.length * nouns.length * verbs.length * last.flat().length
  const alike = nouns.filter(({ pronouns: [first, second] }) => first === second).length
  const count = PRONOUNS.map((_, p) => nouns.flatMap(pair => pair.pronouns).filter(pronoun => pronoun === p).length)
  return {
    sentences,
    entropy: Math.log2(sentences),
    withoutContext: Math.max(...count) / (2 * nouns.length),
    withoutOrder: (1 + alike / nouns.length) / 2,
  }
}

function check(who: string, kind: SentenceKind, pairs: NounPairs): void {
  if (!Object.hasOwn(KINDS, kind))
    throw new RangeError(`${who}: there is no kind ${JSON.stringify(kind)}; choose class or role.`)
  if (!Object.hasOwn(PAIRS[kind], pairs))
    throw new RangeError(`${who}: there are no pairs called ${JSON.stringify(pairs)}; choose training or held-out.`)
}
