import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { mae } from '#lab/losses'

exercise('mae', () => {
  test('is the mean of the sizes of the errors', () => {
    // Errors −10, 0 and 30.
    expect(
      mae([150, 170, 210], [160, 170, 180]),
      'the mean of 10, 0 and 30: is an error of −10 made 10 before it is added?',
    ).toBeNear(40 / 3)
  })

  test('takes the size first and adds up afterwards', () => {
    expect(mae([1, -1], [0, 0]), 'errors of 1 and −1 must not cancel').toBeNear(1)
  })

  test('does not divide when the sum is asked for', () => {
    expect(mae([150, 170, 210], [160, 170, 180], 'sum'), '10 + 0 + 30').toBeNear(40)
  })

  test('refuses lists of different lengths, and empty ones', () => {
    expect(() => mae([1], [1, 2]), 'one prediction, but two targets: throw an error; countExamples does').toThrow(
      RangeError,
    )
    expect(() => mae([], []), 'an empty batch has no mean: throw an error; countExamples does').toThrow(RangeError)
  })
  test('leaves the lists as they were', () => {
    expectKept(mae, [[150, 170, 210], [160, 170, 180], 'mean']) // prettier-ignore
  })
})
