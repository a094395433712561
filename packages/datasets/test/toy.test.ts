import { rng } from '@backprop/core/random'
import { assert, constantFrom, double, integer, nat, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toy, type ToyName, toyNames } from '../src/index.ts'

const clean = (name: ToyName) => toy(name, { count: 1000, noise: 0, rng: rng(1) })

describe('toy', () => {
  test('makes as many points and labels as asked, the same ones from the same seed', () => {
    const noises = double({ min: 0, max: 0.5, noNaN: true })
    assert(
      property(constantFrom(...toyNames), integer({ min: 0, max: 60 }), noises, nat(), (name, count, noise, seed) => {
        const set = toy(name, { count, noise, rng: rng(seed) })
        expect(set.points).toHaveLength(count)
        expect(set.labels).toHaveLength(count)
        expect(set.points.flat().every(Number.isFinite)).toBe(true)
        expect(set.labels.every(label => label === 1 || label === -1)).toBe(true)
        expect(toy(name, { count, noise, rng: rng(seed) })).toEqual(set)
      }),
    )
  })

  test.each(toyNames)('keeps the clean %s within [-6, 6] and gives half of the points to each class', name => {
    const { points, labels } = clean(name)
    expect(Math.max(...points.flat().map(Math.abs))).toBeLessThanOrEqual(6)
    const positives = labels.filter(label => label === 1).length
    expect(Math.abs(positives - 500)).toBeLessThanOrEqual(name === 'xor' ? 60 : 0)
  })

  test('puts the clouds of gauss around (2, 2) and (-2, -2) with variance 0.5', () => {
    const { points, labels } = clean('gauss')
    const offsets = points.flatMap(([x, y], i) => [x - 2 * labels[i], y - 2 * labels[i]])
    expect(offsets.reduce((a, b) => a + b) / offsets.length).toBeCloseTo(0, 1)
    expect(offsets.reduce((a, b) => a + b * b, 0) / offsets.length).toBeCloseTo(0.5, 1)
  })

  test('leaves a gap between the disc and the ring of circle', () => {
    const { points, labels } = clean('circle')
    for (const [i, point] of points.entries()) {
      const radius = Math.hypot(...point)
      if (labels[i] === 1) expect(radius).toBeLessThan(2.5)
      else expect(radius).toBeGreaterThan(3.49)
    }
  })

  test('labels xor by the sign of the product, away from the axes', () => {
    const { points, labels } = clean('xor')
    for (const [i, [x, y]] of points.entries()) {
      expect(Math.sign(x * y)).toBe(labels[i])
      expect(Math.min(Math.abs(x), Math.abs(y))).toBeGreaterThanOrEqual(0.3)
    }
  })

  test('makes the two arms of spiral mirror images', () => {
    const { points } = clean('spiral')
    for (let i = 0; i < 500; i += 1) {
      expect(points[500 + i][0]).toBeCloseTo(-points[i][0], 12)
      expect(points[500 + i][1]).toBeCloseTo(-points[i][1], 12)
    }
  })

  test('moves labels over the border when there is noise', () => {
    const { points, labels } = toy('xor', { count: 1000, noise: 0.5, rng: rng(1) })
    const wrong = points.filter(([x, y], i) => Math.sign(x * y) !== labels[i]).length
    expect(wrong).toBeGreaterThan(50)
    expect(wrong).toBeLessThan(500)
  })

  test('says what cannot be used', () => {
    const generator = rng(1)
    expect(() => toy('moons' as ToyName, { count: 1, noise: 0, rng: generator })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: toy: there is no set called "moons"; choose one of gauss, circle, xor, spiral.]`,
    )
    expect(() => toy('xor', { count: -1, noise: 0, rng: generator })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: toy: count is -1, expected a whole number of at least 0.]`,
    )
    expect(() => toy('xor', { count: 1, noise: 50, rng: generator })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: toy: noise is 50, expected a number from 0 (clean) to 0.5.]`,
    )
  })
})
