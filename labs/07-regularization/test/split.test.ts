import { rng } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { split } from '#lab/split'

const sorted = (indices: number[]) => [...indices].sort((a, b) => a - b)

exercise('split', () => {
  test('puts every example into exactly one part', () => {
    const labels = [0, 0, 0, 0, 1, 1, 1, 1]
    const parts = split(labels, [1, 2, 3, 4, 5, 6, 7, 8], { shares: [2, 1, 1], rng: rng(1) })
    expect(parts, 'one list per share').toHaveLength(3)
    expect(sorted(parts.flat()), 'no example twice, and none left out').toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  test('gives each class its share: two, one and one of four', () => {
    const labels = [0, 1, 0, 1, 0, 1, 0, 1]
    for (const seed of [1, 2, 3, 4, 5]) {
      const parts = split(labels, [1, 2, 3, 4, 5, 6, 7, 8], { shares: [2, 1, 1], rng: rng(seed) })
      const zeros = parts.map(part => part.filter(i => labels[i] === 0).length)
      expect(zeros, 'class 0 is dealt to four seats; two of them belong to the first part').toEqual([2, 1, 1])
    }
  })

  test('keeps the copies of an image together', () => {
    // Four images of one class, with three copies of each.
    const groups = [9, 9, 9, 4, 4, 4, 6, 6, 6, 5, 5, 5]
    const parts = split(Array<number>(12).fill(0), groups, { shares: [1, 1], rng: rng(1) })
    for (const part of parts)
      for (const i of part) {
        const copies = groups.filter(group => group === groups[i]).length
        const here = part.filter(k => groups[k] === groups[i]).length
        expect(here, 'a copy in another part is a leak: deal out groups, not examples').toBe(copies)
      }
  })

  test('continues dealing where the last class ended', () => {
    // Ten classes with one image each: ten seats, one image for each.
    const labels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    const parts = split(labels, labels, { shares: [8, 1, 1], rng: rng(1) })
    const sizes = parts.map(part => part.length)
    expect(sizes, 'does each class start over at the first seat?').toEqual([8, 1, 1])
  })

  test('makes the same split from the same seed', () => {
    const labels = Array<number>(30).fill(0)
    const groups = labels.map((_, i) => i)
    const draw = (seed: number) => split(labels, groups, { shares: [1, 1], rng: rng(seed) }).map(sorted)
    expect(draw(1), 'all randomness must come from `rng`').toEqual(draw(1))
    expect(draw(1), 'a different seed must give a different split: do you shuffle?').not.toEqual(draw(2))
  })

  test('does not change its arguments', () => {
    const [labels, groups] = [
      [0, 1, 0],
      [2, 1, 0],
    ]
    split(labels, groups, { shares: [1, 1], rng: rng(1) })
    expect([labels, groups], 'sort or reverse a copy, if you must').toEqual([
      [0, 1, 0],
      [2, 1, 0],
    ])
  })

  test('rejects an example without a group, and half a seat', () => {
    const options = { shares: [1, 1], rng: rng(1) }
    expect(() => split([0, 1, 1], [1, 2], options), 'three labels, two groups').toThrow(RangeError)
    expect(() => split([0, 1], [1, 2], { ...options, shares: [0.8, 0.2] }), 'whole seats only').toThrow(RangeError)
  })
})
