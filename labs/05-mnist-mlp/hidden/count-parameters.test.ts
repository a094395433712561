import { submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'

const EXACTLY = { relative: 0, absolute: 0 }
const test = submissionTest<typeof import('#lab/mlp')>('mlp', { keepsArguments: ['countParameters'] })

/** Equal sizes, ones, growing and shrinking layers, many layers, and a count beyond 32 bits. */
const FIXED = [
  [1, 1],
  [2, 7],
  [7, 2],
  [1, 1, 1],
  [5, 5, 5, 5],
  [3, 1, 3, 1, 3, 1, 3, 1],
  [60_000, 50_000, 1],
]

exercise('count-parameters', () => {
  // The README gives away the first two answers: a function that has memorised them must still fail here.
  const countOf = (sizes: readonly number[]) => sizes.slice(1).reduce((sum, size, l) => sum + (sizes[l] + 1) * size, 0)

  test('worked-example', async ({ student, rng }) => {
    expect(await student.countParameters([784, 128, 64, 10]), '100,480 + 8,256 + 650').toBeNear(109_386, EXACTLY)
    const sizes = [784, 1 + rng.integer(300), 64, 10]
    expect(await student.countParameters(sizes), 'a different hidden layer').toBeNear(countOf(sizes), EXACTLY)
  })

  test('any-depth', async ({ student, rng }) => {
    const drawn = [1, 2, 5].map(depth => Array.from({ length: depth + 1 }, () => 1 + rng.integer(300)))
    for (const sizes of [...FIXED, ...drawn]) {
      const why = `the parameters of ${sizes.join(' → ')}`
      expect(await student.countParameters(sizes), why).toBeNear(countOf(sizes), EXACTLY)
    }
  })

  test('no-layers', async ({ student, rng }) => {
    for (const size of [784, 1, 2 + rng.integer(300)])
      expect(await student.countParameters([size]), 'no layers, no parameters').toBeNear(0, EXACTLY)
    const sizes = [784, 1 + rng.integer(300)]
    expect(await student.countParameters(sizes), 'one layer has some').toBeNear(countOf(sizes), EXACTLY)
  })
})
