import { type Rng, rng as generator } from '@backprop/core'
import { type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'

type Judge = typeof import('#lab/judge')
const test = submissionTest<Judge>('judge', { keepsArguments: ['split'] })

const PARTS = ['train', 'validation', 'test'] as const
type Parts = Record<(typeof PARTS)[number], number[]>

/** The three parts; the result may be anything, whatever its type says. */
async function parts(student: SubmissionFixtures<Judge>['student'], labels: ArrayLike<number>, rng: Rng) {
  const found: unknown = await student.split(labels, rng)
  expect(typeof found === 'object' && found !== null, 'split returns an object with three parts').toBe(true)
  const take = (name: (typeof PARTS)[number]): number[] => {
    const part = (found as Record<string, unknown>)[name]
    expect(Array.isArray(part) || part instanceof Uint32Array, `${name} is a list of indices`).toBe(true)
    const places = Array.from(part as Iterable<unknown>)
    const isPlace = (place: unknown) => Number.isInteger(place) && Number(place) >= 0 && Number(place) < labels.length
    expect(places.length <= labels.length && places.every(isPlace), `${name} contains indices from 0 to N − 1`).toBe(
      true,
    )
    return places as number[]
  }
  return Object.fromEntries(PARTS.map(name => [name, take(name)])) as Parts
}

/** Shuffled labels of classes with the given numbers of members. */
function labelled(counts: Record<number, number>, rng: Rng): Uint8Array {
  const inOrder = Object.entries(counts).flatMap(([label, count]) => Array<number>(count).fill(Number(label)))
  return Uint8Array.from(rng.permutation(inOrder.length), i => inOrder[i])
}

/** Asserts that the parts contain each index exactly once. */
function expectEachOnce({ train, validation, test }: Parts, count: number): void {
  const all = sorted([...train, ...validation, ...test])
  expect(all.length === count && all.every((place, i) => place === i), 'each index is in exactly one part').toBe(true)
}

const fresh = (rng: Rng) => generator(rng.integer(1_000_000))
const isSame = (a: number[], b: number[]) => a.length === b.length && a.every((place, i) => place === b[i])
const sorted = (places: number[]) => [...places].sort((a, b) => a - b)

exercise('split', () => {
  test('every-example-once', async ({ student, rng }) => {
    const many = [labelled({ 0: 50, 1: 50 }, rng), labelled({ 0: 7, 3: 23, 9: 1 }, rng)]
    for (const labels of [...many, [4], [5, 2], [7, 7, 7], [-3, 1000, 0, -3, 1000, -3]])
      expectEachOnce(await parts(student, labels, fresh(rng)), labels.length)
  })

  test('shares', async ({ student, rng }) => {
    const labels = labelled({ 0: 300, 1: 200, 2: 500 }, rng)
    const found = await parts(student, labels, fresh(rng))
    expectEachOnce(found, labels.length)
    const sizes = PARTS.map(name => found[name].length)
    expect(sizes, '80 %, 10 % and 10 %').toBeNear([800, 100, 100], { relative: 0, absolute: 0 })
  })

  test('stratified', async ({ student, rng }) => {
    // By chance alone the rare class would get its share only once in many thousands of splits.
    const counts = { 0: 400, 1: 60, 5: 40, 7: 15, 8: 33 }
    const labels = labelled(counts, rng)
    for (let round = 0; round < 3; round += 1) {
      const found = await parts(student, labels, fresh(rng))
      for (const [label, count] of Object.entries(counts))
        for (const part of ['validation', 'test'] as const) {
          const share = found[part].filter(place => labels[place] === Number(label)).length
          expect(Math.abs(share - count / 10), `a tenth of each class is for ${part}, rounded down or up`).toBeLessThan(
            1,
          )
        }
    }
    // Any whole numbers, in a plain list.
    const names = [-7, 1000, 3]
    const named = Array.from(labelled({ 0: 60, 1: 30, 2: 10 }, rng), label => names[label])
    const found = await parts(student, named, fresh(rng))
    for (const part of ['validation', 'test'] as const)
      expect(
        names.map(name => found[part].filter(place => named[place] === name).length),
        `a tenth of each class is for ${part}, whatever it is called`,
      ).toBeNear([6, 3, 1], { relative: 0, absolute: 0 })
  })

  test('at-random', async ({ student, rng }) => {
    // Sorted by class, as some data sets are.
    const labels = Uint8Array.from({ length: 200 }, (_, i) => Math.floor(i / 100))
    const seeds = rng.permutation(1_000_000).slice(0, 12)
    const seen = { validation: new Set<string>(), test: new Set<string>() }
    for (const seed of seeds) {
      const found = await parts(student, labels, generator(seed))
      expectEachOnce(found, labels.length)
      for (const part of ['validation', 'test'] as const) {
        const places = sorted(found[part])
        seen[part].add(places.join())
        // The mean index of 10 of each 100 is 99.5 ± 6.2; 40 is more than six deviations, one run in 10⁹.
        const mean = places.reduce((sum, place) => sum + place, 0) / places.length
        expect(Math.abs(mean - 99.5), `examples from all over the class for ${part}`).toBeLessThan(40)
        // Of ten indices among a hundred, nine pairs could be neighbours; eight or more happen once in 10⁸ runs.
        const neighbours = places.filter((place, i) => i > 0 && place < 100 && place === places[i - 1] + 1).length
        expect(neighbours, `no block of neighbours for ${part}`).toBeLessThan(8)
      }
    }
    // Ten of a hundred can be chosen in 10¹³ ways: no two of twelve choices are the same.
    for (const part of ['validation', 'test'] as const)
      expect(seen[part].size, `a different seed gives different examples for ${part}`).toBe(seeds.length)
  })

  test('reproducible', async ({ student, rng }) => {
    const labels = labelled({ 0: 60, 1: 30, 2: 10 }, rng)
    const seed = rng.integer(1_000_000)
    const first = await parts(student, labels, generator(seed))
    const second = await parts(student, labels, generator(seed))
    const other = await parts(student, labels, generator(seed + 1))
    expectEachOnce(first, labels.length)
    for (const name of PARTS)
      expect(isSame(first[name], second[name]), `the same seed gives the same part for ${name}`).toBe(true)
    // A split that is always the same is not random; 6 and 3 of 60 and 30 examples can be chosen in 10¹¹ ways.
    expect(isSame(sorted(other.test), sorted(first.test)), 'a different seed chooses different ones').toBe(false)
  })
})
