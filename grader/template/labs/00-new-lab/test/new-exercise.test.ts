import { exercise, expect, test } from '@backprop/testkit'
import { newExercise } from '#lab/new-exercise'

exercise('new-exercise', () => {
  test('returns the mean from the README', () => {
    expect(newExercise([1, 2, 6]), '(1 + 2 + 6) / 3: is the sum divided by the number of values?').toBeNear(3)
  })

  test('takes a single number', () => {
    expect(newExercise([-4]), 'the mean of one number is that number').toBeNear(-4)
  })
})
