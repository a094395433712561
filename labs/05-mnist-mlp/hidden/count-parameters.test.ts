import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'

const test = submissionTest<typeof import('#lab/mlp')>('mlp')

exercise('count-parameters', () => {
  test('worked-example', async ({ student }) => {
    expect(await student.countParameters([784, 128, 64, 10]), '100,480 + 8,256 + 650').toBe(109_386)
  })

  test('any-depth', async ({ student, rng }) => {
    for (const depth of [1, 2, 5]) {
      const sizes = Array.from({ length: depth + 1 }, () => 1 + rng.integer(300))
      let expected = 0
      for (let l = 0; l < depth; l += 1) expected += (sizes[l] + 1) * sizes[l + 1]
      expect(await student.countParameters(sizes), `the parameters of ${sizes.join(' → ')}`).toBe(expected)
    }
  })

  test('no-layers', async ({ student }) => {
    expect(await student.countParameters([784]), 'no layers, no parameters').toBe(0)
  })
})
