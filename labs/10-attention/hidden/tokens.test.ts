import { type Rng, rng as generator } from '@backprop/core'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { expectLists, fields } from './checks.ts'

const test = submissionTest<typeof import('#lab/tokens')>('tokens', {
  keepsArguments: ['vocabulary', 'encode', 'maskWords'],
})

const SPECIAL = ['[pad]', '[mask]', '[unk]']
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** A word that means nothing. */
const word = (rng: Rng) => Array.from({ length: 1 + rng.integer(4) }, () => LETTERS[rng.integer(26)]).join('')

/** Sentences of 0 to 9 words, some of which occur more than once. */
function sentences(rng: Rng, count: number): string[][] {
  const words = Array.from({ length: 25 }, () => word(rng))
  return Array.from({ length: count }, () => Array.from({ length: rng.integer(10) }, () => words[rng.integer(25)]))
}

/** All different words in the order of their letters, found one after another. */
function sorted(all: string[][]): string[] {
  const words: string[] = []
  for (const each of all.flat()) {
    if (words.includes(each)) continue
    const place = words.findIndex(other => other > each)
    words.splice(place === -1 ? words.length : place, 0, each)
  }
  return words
}

/** Ids of words, with padding at the end. */
const padded = (rng: Rng, words: number, padding: number) => [
  ...Array.from({ length: words }, () => 2 + rng.integer(40)),
  ...Array<number>(padding).fill(0),
]

/** What one call of `rng.uniform()` for each word decides. */
function blanked(ids: number[], share: number, rng: Rng) {
  const numbers = ids.map(id => (id === 0 ? 1 : rng.uniform()))
  const at = [...ids.keys()].filter(t => ids[t] !== 0 && numbers[t] < share)
  return { ids: ids.map((id, t) => (at.includes(t) ? 1 : id)), at, labels: at.map(t => ids[t]) }
}

exercise('tokens', () => {
  test('vocabulary', async ({ student, rng }) => {
    for (const count of [1, 6, 20, 0]) {
      const given = sentences(rng, count)
      const found: unknown = await student.vocabulary(given)
      expect(Array.isArray(found), 'a list of words').toBe(true)
      const why = 'the three special words, then each word once, in the order of sort()'
      expect((found as unknown[]).join(' '), why).toBe([...SPECIAL, ...sorted(given)].join(' '))
    }
  })

  test('encode', async ({ student, rng }) => {
    for (const length of [9, 14, 30]) {
      const known = [...SPECIAL, ...sorted(sentences(rng, 12))]
      // Some words of other sentences are in the vocabulary, and some are not.
      const words = Array.from({ length: 9 }, (_, i) =>
        i % 3 === 0 ? `${word(rng)}!` : known[3 + rng.integer(known.length - 3)],
      )
      const ids = words.map((each, i) => (i % 3 === 0 ? 2 : known.findIndex(other => other === each)))
      const expected = [...ids, ...Array<number>(length - 9).fill(0)]
      expectLists(await student.encode(words, known, length), expected, `9 words in ${length} places`)
    }
    const empty = await student.encode([], SPECIAL, 3)
    expectLists(empty, [0, 0, 0], 'a sentence without words is padding')
    const listed = await student.encode(['the', 'cat'], [...SPECIAL, 'a', 'dog', 'the'], 4)
    expectLists(listed, [5, 2, 0, 0], 'the example of the README')
  })

  test('masks', async ({ student, rng }) => {
    for (const [words, padding, share] of [
      [9, 4, 0.15],
      [13, 0, 0.5],
      [5, 8, 0.9],
      [1, 0, 0.5],
      [0, 6, 0.5],
      [0, 0, 0.5],
    ])
      for (let round = 0; round < 4; round += 1) {
        const row = padded(rng, words, padding)
        // With padding in front, a number that was drawn for it shifts all others.
        const ids = round % 2 === 0 ? row : row.reverse()
        const seed = rng.integer(1_000_000)
        const found = fields(await student.maskWords(ids, share, generator(seed)))
        const expected = blanked(ids, share, generator(seed))
        const why = `${words} words and ${padding} of padding, a share of ${share}`
        expectLists(found.ids, expected.ids, `the ids with blanks: ${why}`)
        expectLists(found.at, expected.at, `where the blanks are: ${why}`)
        expectLists(found.labels, expected.labels, `what was there: ${why}`)
      }
    const [ids, seed] = [padded(rng, 4, 2), rng.integer(1_000_000)]
    const share = generator(seed).uniform()
    const found = fields(await student.maskWords(ids, share, generator(seed)))
    expectLists(found.at, blanked(ids, share, generator(seed)).at, 'the first number equals the share: it is not below')
  })

  test('all-or-nothing', async ({ student, rng }) => {
    const ids = padded(rng, 7, 3)
    const seed = rng.integer(1_000_000)
    const all = fields(await student.maskWords(ids, 1, generator(seed)))
    expectLists(all.ids, [1, 1, 1, 1, 1, 1, 1, 0, 0, 0], 'a share of 1 leaves only padding')
    expectLists(all.labels, ids.slice(0, 7), 'with a share of 1, every word is a label')
    const none = fields(await student.maskWords(ids, 0, generator(seed)))
    expectLists(none.ids, ids, 'a share of 0 changes nothing')
    expectLists(none.at, [], 'a share of 0 makes no blanks')
  })

  test('refusals', async ({ student, rng }) => {
    const known = [...SPECIAL, 'a', 'b']
    for (const [words, length] of [
      [3, 2],
      [1, 0],
      [14, 13],
    ])
      await expectRefusal(
        student.encode(Array<string>(words).fill('a'), known, length),
        `${words} words don't fit into ${length} places`,
      )
    for (const share of [-0.1, 1.5, NaN])
      await expectRefusal(student.maskWords([3, 4], share, rng), `a share of ${share}`)
    // A function that rejects everything earns nothing.
    expectLists(await student.encode(['b', 'a'], known, 2), [4, 3], 'two words fit into two places')
    expectLists(fields(await student.maskWords([3], 1, rng)).ids, [1], 'a share of 1 is valid')
    expectLists(fields(await student.maskWords([3], 0, rng)).ids, [3], 'a share of 0 is valid')
  })
})
