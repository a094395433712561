import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { mae } from '#lab/losses'

exercise('mae', () => {
  test('is the mean of the absolute errors', () => {
    // Errors −10, 0 and 30.
    expect(
      mae([150, 170, 210], [160, 170, 180]),
      'the mean of 10, 0 and 30: does an error of −10 become 10 before you add it?',
    ).toBeNear(40 / 3)
  })

  test('takes the absolute value first and adds up afterwards', () => {
    expect(mae([1, -1], [0, 0]), 'errors of 1 and −1 must not cancel').toBeNear(1)
  })

  test("does not divide if the reduction is 'sum'", () => {
    expect(mae([150, 170, 210], [160, 170, 180], 'sum'), '10 + 0 + 30').toBeNear(40)
  })

  test('rejects lists of different lengths, and empty ones', () => {
    expect(() => mae([1], [1, 2]), 'one prediction, but two targets: throw an error; countExamples does').toThrow(
      RangeError,
    )
    expect(() => mae([], []), 'an empty batch has no mean: throw an error; countExamples does').toThrow(RangeError)
  })
  test('does not change its arguments', () => {
    expectKept(mae, [[150, 170, 210], [160, 170, 180], 'mean'])
  })
})
