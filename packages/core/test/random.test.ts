import { expect, test } from '@backprop/testkit'
import fc from 'fast-check'
import { Rng, rng } from '../src/random.ts'

const seeds = fc.integer({ min: 0, max: 0xffffffff })
const take = (count: number, next: () => number) => Array.from({ length: count }, next)

test('one seed gives these numbers on every machine', () => {
  const r = rng(42)
  expect(take(4, () => r.uniform())).toMatchInlineSnapshot(`
    [
      0.2725744465111921,
      0.14005348723065558,
      0.7822142315707581,
      0.526808657344567,
    ]
  `)
  expect(take(4, () => r.normal())).toMatchInlineSnapshot(`
    [
      -1.5082884677096675,
      -0.9236888012961653,
      1.4190108045909284,
      -0.4561557390787693,
    ]
  `)
  expect(take(8, () => r.integer(10))).toMatchInlineSnapshot(`
    [
      2,
      0,
      9,
      9,
      7,
      0,
      2,
      8,
    ]
  `)
  expect([...r.permutation(8)]).toMatchInlineSnapshot(`
    [
      0,
      4,
      6,
      7,
      5,
      2,
      3,
      1,
    ]
  `)
})

test('the state continues where it was, whatever was drawn before', () => {
  fc.assert(
    fc.property(seeds, fc.nat(20), (seed, draws) => {
      const r = rng(seed)
      take(draws, () => r.normal())
      const copy = Rng.fromState(JSON.parse(JSON.stringify(r.state())) as number[])
      expect(take(5, () => copy.normal())).toEqual(take(5, () => r.normal()))
      expect(copy.permutation(7)).toEqual(r.permutation(7))
    }),
  )
})

test('neighbouring seeds have nothing in common', () => {
  const first = take(1000, () => 0).map((_, seed) => rng(seed).uniform())
  expect(mean(first)).toBeNear(0.5, { absolute: 0.05 })
  expect(new Set(first).size).toBe(1000)
})

test('uniform numbers lie in [0, 1) and are spread evenly', () => {
  const r = rng(1)
  const numbers = take(100_000, () => r.uniform())
  expect(numbers.every(x => x >= 0 && x < 1)).toBe(true)
  // Four standard errors: 1 in 15,000 seeds would fail, and this one does not.
  expect(mean(numbers)).toBeNear(0.5, { absolute: 4 * Math.sqrt(1 / 12 / 100_000) })
})

test('normal numbers have the moments of the normal distribution, and its tails', () => {
  const r = rng(1)
  const numbers = take(100_000, () => r.normal())
  const moment = (k: number) => mean(numbers.map(x => x ** k))
  expect([1, 2, 3, 4].map(moment)).toBeNear([0, 1, 0, 3], { absolute: 0.12 })
  expect(mean(numbers.map(x => (Math.abs(x) > 1.96 ? 1 : 0)))).toBeNear(0.05, { absolute: 0.003 })
})

test('a permutation holds each number once, and each order is as likely', () => {
  fc.assert(
    fc.property(seeds, fc.nat(50), (seed, n) => {
      expect([...rng(seed).permutation(n)].sort((a, b) => a - b)).toEqual([...Array(n).keys()])
    }),
  )
  const r = rng(1)
  const counts = new Map<string, number>()
  take(6000, () => 0).forEach(() => {
    const order = r.permutation(3).join('')
    counts.set(order, (counts.get(order) ?? 0) + 1)
  })
  expect([...counts.values()]).toBeNear(
    [1, 1, 1, 1, 1, 1].map(() => 1000),
    { absolute: 120 },
  )
})

const mean = (xs: readonly number[]) => xs.reduce((total, x) => total + x, 0) / xs.length
