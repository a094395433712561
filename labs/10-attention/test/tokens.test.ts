import { rng } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { encode, maskWords, vocabulary } from '#lab/tokens'

exercise('tokens', () => {
  test('lists each word once, after the three special ones', () => {
    const words = vocabulary([
      ['the', 'dog'],
      ['a', 'dog'],
    ])
    expect(words, 'sorted: a, dog, the').toEqual(['[pad]', '[mask]', '[unk]', 'a', 'dog', 'the'])
  })

  test('encodes a sentence', () => {
    const known = ['[pad]', '[mask]', '[unk]', 'a', 'dog', 'the']
    expect(encode(['the', 'cat'], known, 4), 'the cat is unknown, and two places are left').toBeNear([5, 2, 0, 0])
    expect(encode(['a', 'dog'], known, 2), 'no padding needed').toBeNear([3, 4])
    expect(() => encode(['a', 'dog'], known, 1), 'two words in one place').toThrow(RangeError)
  })

  test('masks words, but never padding', () => {
    const ids = [5, 4, 0]
    const { ids: blanked, at, labels } = maskWords(ids, 1, rng(1))
    expect(blanked, 'with a share of 1 every word is masked').toBeNear([1, 1, 0])
    expect(at, 'places 0 and 1').toBeNear([0, 1])
    expect(labels, 'what was there').toBeNear([5, 4])
    expect(ids, 'return new ids: the sentence is needed again').toBeNear([5, 4, 0])
  })

  test('asks the generator once for each word', () => {
    const ids = [7, 8, 9, 10, 11, 12, 0, 0]
    const own = rng(4)
    const expected = ids.slice(0, 6).flatMap((_, t) => (own.uniform() < 0.5 ? [t] : []))
    const used = rng(4)
    expect(maskWords(ids, 0.5, used).at, 'the words whose number is below 0.5').toBeNear(expected)
    expect(used.uniform(), 'the next number of rng: six words take six before it, and padding takes none').toBe(
      own.uniform(),
    )
  })

  test('rejects an impossible share', () => {
    expect(() => maskWords([3], 1.5, rng(1)), 'more than all').toThrow(RangeError)
    expect(() => maskWords([3], NaN, rng(1)), 'NaN is not a number from 0 to 1').toThrow(RangeError)
  })
})
