import { rng } from '@backprop/core/random'
import { array, assert, constantFrom, integer, nat, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stratifiedSplit } from '../src/index.ts'

const labelLists = array(integer({ min: 0, max: 4 }), { maxLength: 200 })
const fractionLists = constantFrom([1], [0.5, 0.5], [0.8, 0.1, 0.1], [0.9, 0.1], [0.7, 0.2, 0.1], [0, 1])

const countOf = (labels: number[], part: Iterable<number>, label: number) =>
  [...part].filter(i => labels[i] === label).length

describe('stratifiedSplit', () => {
  test('shares 10 + 20 examples out exactly', () => {
    const labels = [...Array<number>(10).fill(0), ...Array<number>(20).fill(1)]
    const parts = stratifiedSplit(labels, [0.8, 0.1, 0.1], rng(1))
    expect(parts.map(part => [countOf(labels, part, 0), countOf(labels, part, 1)])).toEqual([
      [8, 16],
      [1, 2],
      [1, 2],
    ])
  })

  test('puts every example into exactly one part', () => {
    assert(
      property(labelLists, fractionLists, nat(), (labels, fractions, seed) => {
        const all = stratifiedSplit(labels, fractions, rng(seed)).flatMap(part => [...part])
        expect(all.sort((a, b) => a - b)).toEqual(labels.map((_, i) => i))
      }),
    )
  })

  test('gives each part its fraction of every class, rounded down or up', () => {
    assert(
      property(labelLists, fractionLists, nat(), (labels, fractions, seed) => {
        for (const [p, part] of stratifiedSplit(labels, fractions, rng(seed)).entries())
          for (const label of new Set(labels)) {
            const exact = fractions[p] * countOf(labels, labels.keys(), label)
            expect(Math.abs(countOf(labels, part, label) - exact)).toBeLessThan(1)
          }
      }),
    )
  })

  test('leaves no part empty because every class rounds the same way', () => {
    const labels = Array.from({ length: 50 }, (_, i) => i % 10)
    expect(stratifiedSplit(labels, [0.9, 0.1], rng(3)).map(part => part.length)).toEqual([45, 5])
  })

  test('depends on the generator', () => {
    const labels = Array.from({ length: 60 }, (_, i) => i % 3)
    const split = (seed: number) => stratifiedSplit(labels, [0.5, 0.5], rng(seed))
    expect(split(1)).toEqual(split(1))
    expect(split(1)).not.toEqual(split(2))
  })

  test('splits all 60,000 labels of a real training set', () => {
    const labels = Uint8Array.from({ length: 60_000 }, (_, i) => i % 10)
    expect(stratifiedSplit(labels, [0.8, 0.1, 0.1], rng(4)).map(part => part.length)).toEqual([48_000, 6000, 6000])
  })

  test('says when the fractions do not make a whole', () => {
    expect(() => stratifiedSplit([0, 1], [0.8, 0.1], rng(1))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: stratifiedSplit: the fractions are 0.8, 0.1, expected fractions of at least 0 that sum to 1.]`,
    )
    expect(() => stratifiedSplit([0, 1], [1.5, -0.5], rng(1))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: stratifiedSplit: the fractions are 1.5, -0.5, expected fractions of at least 0 that sum to 1.]`,
    )
  })
})
