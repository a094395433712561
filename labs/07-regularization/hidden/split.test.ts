import { rng as generator } from '@backprop/core'
import type { Rng } from '@backprop/core'
import { exercise, expect } from '@backprop/testkit'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { partsOf } from './checks.ts'

const test = submissionTest<typeof import('#lab/split')>('split')

interface Labelled {
  labels: number[]
  groups: number[]
}

/** Examples in random order: `sizes[c]` groups of class c, each with 1 to `copies` examples. */
function examples(sizes: number[], copies: number, rng: Rng): Labelled {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  // Numbers of groups say nothing about their classes.
  const names = [...rng.permutation(3 * total)]
  const all = sizes.flatMap((size, label) =>
    Array.from({ length: size }, () => names.pop()!).flatMap(group =>
      Array.from({ length: 1 + rng.integer(copies) }, () => ({ label, group })),
    ),
  )
  const shuffled = [...rng.permutation(all.length)].map(i => all[i])
  return { labels: shuffled.map(({ label }) => label), groups: shuffled.map(({ group }) => group) }
}

/** How many different groups a part has; of one class, or of all. */
const groupsIn = (part: number[], { labels, groups }: Labelled, label?: number): number =>
  new Set(part.filter(i => label === undefined || labels[i] === label).map(i => groups[i])).size

/** Assert that a part with `share` of `seats` seats holds a fair share of `count` groups. */
function expectFair(found: number, count: number, [share, seats]: [number, number], why: string): void {
  expect(found, why).toBeGreaterThanOrEqual(share * Math.floor(count / seats))
  expect(found, why).toBeLessThanOrEqual(share * Math.ceil(count / seats))
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)

exercise('split', () => {
  test('each-once', async ({ student, rng }) => {
    for (const [sizes, copies, shares] of [
      [[30, 40], 3, [8, 1, 1]],
      [[7, 1, 12], 4, [1, 2]],
      [[1], 1, [3, 1]],
      [[], 1, [1, 1]],
    ] as const) {
      const { labels, groups } = examples([...sizes], copies, rng)
      const parts = partsOf(await student.split(labels, groups, { shares: [...shares], rng }), shares.length)
      const all = parts.flat().sort((a, b) => a - b)
      expect(all, 'every example exactly once').toBeNear(labels.map((_, i) => i))
    }
  })

  test('groups-together', async ({ student, rng }) => {
    for (const copies of [2, 9]) {
      const data = examples([25, 33, 8], copies, rng)
      const parts = partsOf(await student.split(data.labels, data.groups, { shares: [4, 3, 1], rng }), 3)
      const torn = new Set(data.groups).size - sum(parts.map(part => groupsIn(part, data)))
      expect(torn, 'no group is in two parts').toBe(0)
      expect(parts.flat().length, 'and no example is lost').toBe(data.labels.length)
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
      const data = examples(sizes, 3, rng)
      const parts = partsOf(await student.split(data.labels, data.groups, { shares, rng }), shares.length)
      for (const [label, count] of sizes.entries())
        for (const [p, share] of shares.entries())
          expectFair(groupsIn(parts[p], data, label), count, [share, sum(shares)], 'the share of a class in a part')
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
    const data = examples([10], 2, rng)
    const draw = async (seed: number) =>
      partsOf(await student.split(data.labels, data.groups, { shares: [8, 1, 1], rng: generator(seed) }), 3)
    const first = await draw(1)
    const again = await draw(1)
    for (const [p, part] of first.entries()) expect(again[p], 'one seed, one split').toBeNear(part)
    const timesIn = new Map<number, number>()
    for (let seed = 2; seed < 82; seed += 1)
      for (const group of new Set((await draw(seed))[1].map(i => data.groups[i])))
        timesIn.set(group, (timesIn.get(group) ?? 0) + 1)
    // Each of ten groups is expected 8 times among 80; never, or 24 times, happens once in some thousand.
    expect(timesIn.size, 'any group may come into the second part').toBeGreaterThanOrEqual(8)
    expect(Math.max(...timesIn.values()), 'none comes far too often').toBeLessThan(28)
  })

  test('refusals', async ({ student, rng }) => {
    await expectRefusal(student.split([0, 1, 0], [1, 2], { shares: [1, 1], rng }), 'an example without a group')
    for (const share of [0, -1, 0.8, NaN])
      await expectRefusal(student.split([0, 1], [1, 2], { shares: [2, share], rng }), 'a share that cannot be')
  })
})
