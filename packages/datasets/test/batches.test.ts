import { type Rng, rng } from '@backprop/core/random'
import { assert, integer, nat, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { batches } from '../src/index.ts'

describe('batches', () => {
  test('keeps the last short batch, and the order when there is no generator', () => {
    expect([...batches(5, 2)].map(b => [...b])).toEqual([[0, 1], [2, 3], [4]])
  })

  test('holds every example once, and only the last batch is shorter', () => {
    assert(
      property(integer({ min: 0, max: 300 }), integer({ min: 1, max: 64 }), nat(), (count, size, seed) => {
        const epoch = [...batches(count, size, rng(seed))]
        expect(epoch.flatMap(b => [...b]).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i))
        expect(epoch).toHaveLength(Math.ceil(count / size))
        expect(epoch.slice(0, -1).every(b => b.length === size)).toBe(true)
      }),
    )
  })

  test('takes another order at each call, and the same one from the same seed', () => {
    const generator = rng(1)
    const order = (source: Rng) => [...batches(50, 8, source)].flatMap(b => [...b])
    const first = order(generator)
    expect(order(generator)).not.toEqual(first)
    expect(order(rng(1))).toEqual(first)
  })

  test('puts each example first about equally often', () => {
    const generator = rng(2)
    const first = [0, 0, 0, 0]
    for (let i = 0; i < 4000; i += 1) first[[...batches(4, 4, generator)][0][0]] += 1
    for (const times of first) expect(Math.abs(times - 1000)).toBeLessThan(120)
  })

  test('says which number cannot be used', () => {
    expect(() => [...batches(5, 0)]).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: batches: size is 0, expected a whole number of at least 1.]`,
    )
    expect(() => [...batches(2.5, 2)]).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: batches: count is 2.5, expected a whole number of at least 0.]`,
    )
  })
})
