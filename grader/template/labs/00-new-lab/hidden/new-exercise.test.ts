import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'

const test = submissionTest<typeof import('#lab/new-exercise')>('new-exercise')

exercise('new-exercise', () => {
  test('worked-example', async ({ student }) => {
    expect(await student.newExercise([1, 2, 6]), 'the mean of 1, 2 and 6').toBeNear(3)
    expect(await student.newExercise([-2, -5]), 'the mean of −2 and −5').toBeNear(-3.5)
  })

  test('any-length', async ({ student, rng }) => {
    for (const count of [1, 2, 7, 100]) {
      const values = Array.from({ length: count }, () => 5 + rng.normal())
      const mean = values.reduce((sum, value) => sum + value / count, 0)
      expect(await student.newExercise(values), `the mean of ${count} numbers`).toBeNear(mean)
    }
  })
})
