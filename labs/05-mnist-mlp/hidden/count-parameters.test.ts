import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'

const EXACTLY = { relative: 0, absolute: 0 }
const test = submissionTest<typeof import('#lab/mlp')>('mlp')

exercise('count-parameters', () => {
  // The README tells the first two answers: a function that has them by heart must fail here all the same.
  const countOf = (sizes: readonly number[]) => sizes.slice(1).reduce((sum, size, l) => sum + (sizes[l] + 1) * size, 0)

  test('worked-example', async ({ student, rng }) => {
    expect(await student.countParameters([784, 128, 64, 10]), '100,480 + 8,256 + 650').toBeNear(109_386, EXACTLY)
    const sizes = [784, 1 + rng.integer(300), 64, 10]
    expect(await student.countParameters(sizes), 'another hidden layer').toBeNear(countOf(sizes), EXACTLY)
  })

  test('any-depth', async ({ student, rng }) => {
    for (const depth of [1, 2, 5]) {
      const sizes = Array.from({ length: depth + 1 }, () => 1 + rng.integer(300))
      const why = `the parameters of ${sizes.join(' → ')}`
      expect(await student.countParameters(sizes), why).toBeNear(countOf(sizes), EXACTLY)
    }
  })

  test('no-layers', async ({ student, rng }) => {
    expect(await student.countParameters([784]), 'no layers, no parameters').toBeNear(0, EXACTLY)
    const sizes = [784, 1 + rng.integer(300)]
    expect(await student.countParameters(sizes), 'and one layer has some').toBeNear(countOf(sizes), EXACTLY)
  })
})
