import { add, matmul, mul, plain, rng, softmax } from '@backprop/core'
import { pronounSentence } from '@backprop/datasets'
import { expect, test } from '@backprop/testkit'
import { SlotFault, StudentFunction } from '../src/slots/student-function.ts'
import { ourRollout, readOurs, wordFunctions } from '../src/words/reader.ts'
import { drawnSentence, EXAMPLES, lastWords, partsOf, typed } from '../src/words/sentences.ts'
import { idsOf, LENGTH, MASK, OUR_WORD_FUNCTIONS, PAD, UNKNOWN, WordNetwork } from '../src/words/word-network.ts'

const on = plain()
const network = new WordNetwork({ on, rng: rng(1) })
const WORDS = 'the queen did not cross the street because she seemed too wide'.split(' ')
const student = (slot: string, code: (...args: never[]) => unknown) =>
  new StudentFunction(slot, code as (...args: unknown[]) => unknown, () => undefined)

test('a typed sentence is split into words; unknown ones and one that is too long are said', () => {
  expect(typed('The  dog chased, the CAT!')).toEqual({
    words: ['the', 'dog', 'chased', 'the', 'cat'],
    unknown: [],
    problem: null,
  })
  expect(typed('the lion chased the lion').unknown).toEqual(['lion'])
  expect(typed('the '.repeat(14)).problem).toBe('This sentence has 14 words, but the network reads at most 13.')
  expect(typed(' ').problem).toBe('Type a sentence of up to 13 words.')
})

test('the parts of every sentence of the grammar are found, and those of others are not', () => {
  const random = rng(7)
  for (let k = 0; k < 200; k += 1) {
    const { words, pronoun, referent, other, kind } = pronounSentence({ rng: random })
    const parts = partsOf(words)
    expect(parts).toMatchObject({ pronoun, kind })
    expect(new Set(parts?.nouns)).toEqual(new Set([referent, other]))
    const last = lastWords(kind).find(({ word }) => word === words.at(-1))
    expect(last && parts?.nouns[last.means]).toBe(referent)
  }
  expect(lastWords('class')).toHaveLength(10)
  for (const text of [...EXAMPLES, drawnSentence(random)]) {
    expect(typed(text)).toMatchObject({ unknown: [], problem: null })
    expect(partsOf(typed(text).words)).not.toBeNull()
  }
  expect(partsOf(['the', 'dog'])).toBeNull()
  expect(partsOf('it seemed slow because the dog found the cat'.split(' '))).toBeNull()
})

test('ids are padded, with masks and unknown words', () => {
  const ids = idsOf(['the', 'lion', 'seemed'], [2])
  expect(ids).toHaveLength(LENGTH)
  expect(ids.slice(1, 4)).toEqual([UNKNOWN, MASK, PAD])
})

test('no attention goes to padding, and each row of weights adds up to 1', () => {
  const { weights } = readOurs(network, [idsOf(WORDS, [8])], [8], OUR_WORD_FUNCTIONS)
  expect(weights).toHaveLength(2)
  for (const block of weights)
    for (let start = 0; start < block.length; start += LENGTH) {
      const row = [...block.subarray(start, start + LENGTH)]
      expect(row.slice(WORDS.length).every(weight => weight === 0)).toBe(true)
      expect(row.reduce((a, b) => a + b, 0)).toBeNear(1, { absolute: 1e-5, relative: 0 })
    }
})

test("the student's attention and positions take the place of our own functions: right ones change nothing, wrong ones do", () => {
  type Args = Parameters<typeof OUR_WORD_FUNCTIONS.attention>
  const attention = (scale: number) =>
    student('attention', (q: Args[0], k: Args[1], v: Args[2], mask: Args[3]) => {
      const weights = softmax(add(mul(matmul(q, k, { transposeB: true }), scale), mask))
      return { y: matmul(weights, v), weights }
    })
  const ours = readOurs(network, [idsOf(WORDS)], [8], OUR_WORD_FUNCTIONS)
  const by = (functions: Record<string, StudentFunction>) =>
    readOurs(
      network,
      [idsOf(WORDS)],
      [8],
      wordFunctions(id => functions[id] ?? null),
    )
  const right = by({ attention: attention(1 / Math.sqrt(24)) })
  expect(right.logits).toBeNear(ours.logits, { absolute: 1e-4, relative: 1e-4 })
  expect(by({ attention: attention(3) }).weights[0]).not.toEqual(ours.weights[0])
  const flat = student('positions', (length: number, d: number) =>
    Array.from({ length }, () => Array<number>(d).fill(0)),
  )
  expect(by({ positions: flat }).logits).not.toEqual(ours.logits)
})

test('attention that returns something else is explained', () => {
  const functions = wordFunctions(id => (id === 'attention' ? student(id, q => ({ y: q, weights: q })) : null))
  const reading = () => readOurs(network, [idsOf(WORDS)], [8], functions)
  expect(reading).toThrow(SlotFault)
  expect(reading).toThrow('Expected a tensor of shape [1, 2, 13, 13], got one of shape [1, 2, 13, 24].')
})

test('through all blocks, a word keeps half in each, and the other half is what it looks at', () => {
  const look = [[[0, 1], [1, 0]]] // prettier-ignore
  expect(ourRollout([look], 0)).toEqual([0.5, 0.5])
  expect(ourRollout([look, look], 0)).toEqual([0.5, 0.5])
  const self = [[[1, 0], [0.5, 0.5]]] // prettier-ignore
  expect(ourRollout([self, self], 1)).toEqual([0.4375, 0.5625])
})
