import { rng } from '@backprop/core/random'
import { assert, constantFrom, nat, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  allPronounSentences,
  longestPronounSentence,
  type NounPairs,
  pronounOdds,
  pronounSentence,
  pronounWords,
  sentenceKinds,
} from '../src/index.ts'

const pairSets: NounPairs[] = ['training', 'held-out']
const cases = sentenceKinds.flatMap(kind => pairSets.map(pairs => ({ kind, pairs })))
const textOf = ({ words }: { words: string[] }) => words.join(' ')
const everySentence = cases.flatMap(({ kind, pairs }) => [...allPronounSentences(kind, pairs)])

/** The share of right answers if `guess` only sees what `seen` returns, and always gives the most frequent pronoun. */
function bestShare(sentences: ReturnType<typeof pronounSentence>[], seen: (words: string[], i: number) => string) {
  const counts = new Map<string, Map<string, number>>()
  for (const [i, { words, pronoun }] of sentences.entries()) {
    const context = seen(words, i)
    const of = counts.get(context) ?? new Map<string, number>()
    of.set(words[pronoun], (of.get(words[pronoun]) ?? 0) + 1)
    counts.set(context, of)
  }
  let right = 0
  for (const of of counts.values()) right += Math.max(...of.values())
  return right / sentences.length
}

describe('pronounSentence', () => {
  test('draws the same sentences from the same seed, and only sentences of the grammar', () => {
    const all = new Map(everySentence.map(sentence => [textOf(sentence), sentence]))
    assert(
      property(nat(), constantFrom(...pairSets), (seed, pairs) => {
        const sentence = pronounSentence({ rng: rng(seed), pairs })
        expect(pronounSentence({ rng: rng(seed), pairs })).toEqual(sentence)
        expect(all.get(textOf(sentence))).toEqual(sentence)
      }),
    )
  })

  test('draws all sentences of a kind equally often', () => {
    const generator = rng(3)
    const counts = new Map<string, number>()
    const draws = 57_600
    for (let k = 0; k < draws; k += 1) {
      const text = textOf(pronounSentence({ rng: generator, pairs: 'held-out', kind: 'class' }))
      counts.set(text, (counts.get(text) ?? 0) + 1)
    }
    const expected = draws / pronounOdds('class', 'held-out').sentences
    let chiSquared = 0
    for (const count of counts.values()) chiSquared += (count - expected) ** 2 / expected
    // The mean of χ² is 1,439, and its deviation 54.
    expect(counts.size).toBe(1440)
    expect(chiSquared).toBeLessThan(1440 + 5 * 54)
  })

  test('reads as in the docs', () => {
    const generator = rng(1)
    expect(sentenceKinds.map(kind => textOf(pronounSentence({ rng: generator, kind })))).toMatchInlineSnapshot(`
      [
        "today the king did not reach the street because it seemed too wide",
        "today the girl found the dog because she seemed curious",
      ]
    `)
  })

  test('says what cannot be used', () => {
    const generator = rng(1)
    expect(() => pronounSentence({ rng: generator, kind: 'verb' as 'role' })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: pronounSentence: there is no kind "verb"; choose class or role.]`,
    )
    expect(() => pronounSentence({ rng: generator, pairs: 'test' as 'training' })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: pronounSentence: there are no pairs called "test"; choose training or held-out.]`,
    )
  })
})

describe('allPronounSentences', () => {
  test('uses at most 13 of at most 100 words', () => {
    expect(Math.max(...everySentence.map(({ words }) => words.length))).toBe(longestPronounSentence)
    expect(longestPronounSentence).toBe(13)
    expect([...new Set(everySentence.flatMap(({ words }) => words))].sort()).toEqual(pronounWords)
    expect(pronounWords.length).toBe(62)
  })

  test('gives no sentence twice, whatever its kind and its pairs', () => {
    expect(new Set(everySentence.map(textOf)).size).toBe(everySentence.length)
  })

  test('keeps the held-out pairs of nouns apart, in either order', () => {
    const pairs = (which: NounPairs) =>
      new Set(
        sentenceKinds
          .flatMap(kind => [...allPronounSentences(kind, which)])
          .map(({ words, referent, other }) => [words[referent], words[other]].sort().join(' ')),
      )
    const [training, heldOut] = [pairs('training'), pairs('held-out')]
    expect([...heldOut].filter(pair => training.has(pair))).toEqual([])
    // But every noun is seen in training.
    const nouns = (of: Set<string>) => new Set([...of].flatMap(pair => pair.split(' ')))
    expect(nouns(training)).toEqual(nouns(heldOut))
  })

  test('points at the noun that the pronoun stands for; held-out pairs have two different pronouns', () => {
    const pronounOf = new Map<string, string>()
    for (const { words, pronoun, referent } of everySentence) {
      const known = pronounOf.get(words[referent]) ?? words[pronoun]
      expect(words[pronoun]).toBe(known)
      pronounOf.set(words[referent], known)
    }
    const heldOut = sentenceKinds.flatMap(kind => [...allPronounSentences(kind, 'held-out')])
    for (const { words, other, pronoun } of heldOut) expect(pronounOf.get(words[other])).not.toBe(words[pronoun])
  })
})

describe('pronounOdds', () => {
  test.each(cases)('agrees with counting all sentences: $kind, $pairs', ({ kind, pairs }) => {
    const sentences = [...allPronounSentences(kind, pairs)]
    const odds = pronounOdds(kind, pairs)
    expect(odds.sentences).toBe(sentences.length)
    const probability = new Map<string, number>()
    for (const text of sentences.map(textOf)) probability.set(text, (probability.get(text) ?? 0) + 1 / sentences.length)
    const bits = [...probability.values()].reduce((sum, p) => sum - p * Math.log2(p), 0)
    expect(odds.entropy).toBeCloseTo(bits, 9)
    expect(odds.withoutContext).toBeCloseTo(
      bestShare(sentences, () => ''),
      12,
    )
    // Everything but the last word; and, in role sentences, all words without their order.
    const without = (words: string[]) => words.map((word, i) => (isPronoun(word) || i === words.length - 1 ? '' : word))
    expect(odds.withoutOrder).toBeCloseTo(
      bestShare(sentences, words => without(words).join(' ')),
      12,
    )
    const bag = (words: string[]) =>
      words
        .filter(word => !isPronoun(word))
        .sort()
        .join(' ')
    expect(bestShare(sentences, bag)).toBeCloseTo(kind === 'role' ? odds.withoutOrder : 1, 12)
    // With all words there is one answer.
    expect(bestShare(sentences, words => words.filter(word => !isPronoun(word)).join(' '))).toBe(1)
  })

  test('has these values', () => {
    expect(cases.map(({ kind, pairs }) => ({ kind, pairs, ...pronounOdds(kind, pairs) }))).toMatchInlineSnapshot(`
      [
        {
          "entropy": 12.60733031374961,
          "kind": "class",
          "pairs": "training",
          "sentences": 6240,
          "withoutContext": 0.38461538461538464,
          "withoutOrder": 0.6538461538461539,
        },
        {
          "entropy": 10.491853096329674,
          "kind": "class",
          "pairs": "held-out",
          "sentences": 1440,
          "withoutContext": 0.3333333333333333,
          "withoutOrder": 0.5,
        },
        {
          "entropy": 13.906890595608518,
          "kind": "role",
          "pairs": "training",
          "sentences": 15360,
          "withoutContext": 0.25,
          "withoutOrder": 0.625,
        },
        {
          "entropy": 11.906890595608518,
          "kind": "role",
          "pairs": "held-out",
          "sentences": 3840,
          "withoutContext": 0.25,
          "withoutOrder": 0.5,
        },
      ]
    `)
  })
})

const isPronoun = (word: string) => ['he', 'she', 'it', 'they'].includes(word)
