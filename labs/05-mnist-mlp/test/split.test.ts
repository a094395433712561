import { rng } from '@backprop/core'
import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { split } from '#lab/judge'

// 60 examples of class 0, then 30 of class 1, then 10 of class 2.
const labels = Uint8Array.from({ length: 100 }, (_, i) => (i < 60 ? 0 : i < 90 ? 1 : 2))
const count = (places: Uint32Array, label: number) => places.filter(place => labels[place] === label).length

exercise('split', () => {
  test('puts every example into exactly one part', () => {
    const { train, validation, test } = split(labels, rng(1))
    const all = [...train, ...validation, ...test].sort((a, b) => a - b)
    expect(all, 'no example is lost, and none is used for both learning and judging').toEqual([...labels.keys()])
  })

  test('makes parts of 80, 10 and 10', () => {
    const { train, validation, test } = split(labels, rng(1))
    expect([train.length, validation.length, test.length], 'train, validation, test').toEqual([80, 10, 10])
  })

  test('takes a tenth of each class for validation and for test', () => {
    const { validation, test } = split(labels, rng(1))
    for (const part of [validation, test])
      expect(
        [0, 1, 2].map(label => count(part, label)),
        'of 60, 30 and 10 examples: split each class separately, or a rare one may be missing',
      ).toEqual([6, 3, 1])
  })

  test('chooses at random, with the given generator', () => {
    const sorted = (places: Uint32Array) => [...places].sort((a, b) => a - b)
    const [one, same, other] = [1, 1, 2].map(seed => sorted(split(labels, rng(seed)).validation))
    expect(same, 'the same seed chooses the same examples').toEqual(one)
    expect(other, 'a different seed chooses different ones').not.toEqual(one)
  })

  test('accepts any whole numbers as classes, and does not change the labels', () => {
    const names = Array.from(labels, label => [1000, -1, 3][label])
    const { validation } = split(names, rng(1))
    const found = [1000, -1, 3].map(name => validation.filter(place => names[place] === name).length)
    expect(found, 'classes are called 1000, −1 and 3 here').toEqual([6, 3, 1])
    expectKept((given: number[]) => split(given, rng(1)), [names])
  })
})
