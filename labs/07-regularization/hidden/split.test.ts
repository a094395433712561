import { type Rng, rng as generator } from '@backprop/core'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { partsOf } from './checks.ts'

const test = submissionTest<typeof import('#lab/split')>('split', { keepsArguments: ['split'] })

interface Labelled {
  labels: number[]
  groups: number[]
}

/** Examples in random order: `sizes[c]` groups of class c, each with 1 to `copies` examples. */
function examples(sizes: number[], copies: number, rng: Rng): Labelled {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  // The number of a group says nothing about its class.
  const names = [...rng.permutation(3 * total)]
  const all = sizes.flatMap((size, label) =>
    Array.from({ length: size }, () => names.pop()!).flatMap(group =>
      Array.from({ length: 1 + rng.integer(copies) }, () => ({ label, group })),
    ),
  )
  const shuffled = [...rng.permutation(all.length)].map(i => all[i])
  return { labels: shuffled.map(({ label }) => label), groups: shuffled.map(({ group }) => group) }
}

/** The number of different groups in a part, of one class or of all. */
const groupsIn = (part: number[], { labels, groups }: Labelled, label?: number): number =>
  new Set(part.filter(i => label === undefined || labels[i] === label).map(i => groups[i])).size

/** Asserts that a part with `share` of `seats` seats has a fair share of `count` groups. */
function expectFair(found: number, count: number, [share, seats]: [number, number], why: string): void {
  expect(found, why).toBeGreaterThanOrEqual(share * Math.floor(count / seats))
  expect(found, why).toBeLessThanOrEqual(share * Math.ceil(count / seats))
}

/** Asserts that each part has its share of all groups, as in every split. */
function expectShares(parts: number[][], data: Labelled, shares: readonly number[]): void {
  const groups = new Set(data.groups).size
  for (const [p, share] of shares.entries())
    expectFair(groupsIn(parts[p], data), groups, [share, sum(shares)], 'the share of all groups')
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

exercise('split', () => {
  test('each-once', async ({ student, rng }) => {
    for (const [sizes, copies, shares] of [
      [[30, 40], 3, [8, 1, 1]],
      [[7, 1, 12], 4, [1, 2]],
      [[1], 1, [3, 1]],
      [[], 1, [1, 1]],
      [[5, 4], 2, [3]],
    ] as const) {
      const { labels, groups } = examples([...sizes], copies, rng)
      const parts = partsOf(await student.split(labels, groups, { shares: [...shares], rng }), shares.length)
      const all = parts.flat().sort((a, b) => a - b)
      expect(all, 'every example exactly once').toBeNear(labels.map((_, i) => i))
      expectShares(parts, { labels, groups }, shares)
    }
    // Classes and groups can be any whole numbers.
    const { labels, groups } = examples([12, 8], 2, rng)
    const strange = {
      labels: labels.map(label => [-4, 1_000_000][label]),
      groups: groups.map(group => 1_000_003 - 2e6 * group),
    }
    const parts = partsOf(await student.split(strange.labels, strange.groups, { shares: [3, 1], rng }), 2)
    expect(parts.flat().sort((a, b) => a - b), 'every example exactly once').toBeNear(labels.map((_, i) => i)) // prettier-ignore
    expectShares(parts, strange, [3, 1])
  })

  test('groups-together', async ({ student, rng }) => {
    for (const copies of [2, 9]) {
      const data = examples([25, 33, 8], copies, rng)
      const parts = partsOf(await student.split(data.labels, data.groups, { shares: [4, 3, 1], rng }), 3)
      const torn = new Set(data.groups).size - sum(parts.map(part => groupsIn(part, data)))
      expect(torn, 'no group is split between parts').toBe(0)
      expect(parts.flat().length, 'no example is lost').toBe(data.labels.length)
      // Putting everything in one part also keeps groups together, but is not a split.
      expectShares(parts, data, [4, 3, 1])
    }
  })

  test('stratified', async ({ student, rng }) => {
    for (const [sizes, shares] of [
      [
        [100, 20, 47],
        [8, 1, 1],
      ],
      [
        [13, 29],
        [3, 2],
      ],
      [
        [9, 17, 4],
        [1, 1, 1, 1],
      ],
    ]) {
      const { labels, groups } = examples(sizes, 3, rng)
      // Classes that only differ in sign are different classes.
      const classes = [-2, 2, 0]
      const data = { labels: labels.map(label => classes[label]), groups }
      const parts = partsOf(await student.split(data.labels, groups, { shares, rng }), shares.length)
      for (const [c, count] of sizes.entries())
        for (const [p, share] of shares.entries())
          expectFair(
            groupsIn(parts[p], data, classes[c]),
            count,
            [share, sum(shares)],
            'the share of a class in a part',
          )
    }
  })

  test('totals', async ({ student, rng }) => {
    for (const size of [3, 6, 9]) {
      const sizes = Array<number>(20).fill(size)
      const data = examples(sizes, 2, rng)
      const parts = partsOf(await student.split(data.labels, data.groups, { shares: [8, 1, 1], rng }), 3)
      for (const [p, share] of [8, 1, 1].entries())
        expectFair(groupsIn(parts[p], data), sum(sizes), [share, 10], `20 classes of ${size} groups together`)
    }
  })

  test('random', async ({ student, rng }) => {
    const data = examples([10, 10], 2, rng)
    const draw = async (seed: number) =>
      partsOf(await student.split(data.labels, data.groups, { shares: [8, 1, 1], rng: generator(seed) }), 3)
    const seeds = [...rng.permutation(1_000_000).slice(0, 80)]
    const first = await draw(seeds[0])
    for (const [p, part] of (await draw(seeds[0])).entries())
      expect(first[p], 'the same seed gives the same split').toBeNear(part)
    // The groups of each class that went into the second part, and into the third.
    const seen = [0, 1].map(() => ({ times: new Map<number, number>(), pairs: new Set<string>() }))
    for (const seed of seeds) {
      const [, second, third] = await draw(seed)
      for (const [label, { times, pairs }] of seen.entries()) {
        const [one, other] = [second, third].map(part => data.groups[part.find(i => data.labels[i] === label) ?? -1])
        times.set(one, (times.get(one) ?? 0) + 1)
        pairs.add(`${one} ${other}`)
      }
    }
    for (const { times, pairs } of seen) {
      // Each of ten groups is expected 8 times among 80. Three that never occur, or one that occurs 32 times, happen
      // once
      // in ten billion runs; so do 30 or fewer of the 90 pairs, of which 53 are expected. Dealing in turn from a random
      // start has ten.
      expect(times.size, 'any group of any class may go into the second part').toBeGreaterThanOrEqual(8)
      expect(Math.max(...times.values()), 'no group occurs far too often').toBeLessThan(32)
      expect(pairs.size, 'the groups of a class are shuffled').toBeGreaterThan(30)
    }
  })

  test('refusals', async ({ student, rng }) => {
    const shares = [1, 1]
    await expectRefusal(student.split([0, 1, 0], [1, 2], { shares, rng }), 'an example without a group')
    await expectRefusal(student.split([0, 1], [1, 2, 3], { shares, rng }), 'a group without an example')
    for (const share of [0, -1, 0.8, NaN, 1.5])
      for (const three of [
        [share, 2, 1],
        [2, share, 1],
        [1, 2, share],
      ])
        await expectRefusal(student.split([0, 1], [1, 2], { shares: three, rng }), 'an invalid share')
    // A function that rejects everything earns nothing.
    const data = examples([6, 9], 3, rng)
    const parts = partsOf(await student.split(data.labels, data.groups, { shares: [2, 1], rng }), 2)
    expect(parts.flat().length, 'valid arguments are accepted').toBe(data.labels.length)
    expectShares(parts, data, [2, 1])
  })
})
