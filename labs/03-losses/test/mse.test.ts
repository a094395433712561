import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { mse } from '#lab/losses'

exercise('mse', () => {
  test('is the mean of the squared errors', () => {
    // Errors −10, 0 and 30.
    expect(mse([150, 170, 210], [160, 170, 180]), 'the mean of 100, 0 and 900: no root, no ½').toBeNear(1000 / 3)
  })

  test('squares first and adds up afterwards', () => {
    expect(mse([1, -1], [0, 0]), 'errors of 1 and −1 must not cancel').toBeNear(1)
  })

  test("does not divide if the reduction is 'sum'", () => {
    expect(mse([150, 170, 210], [160, 170, 180], 'sum'), '100 + 0 + 900').toBeNear(1000)
  })

  test('rejects lists of different lengths, and empty ones', () => {
    expect(() => mse([1, 2], [1]), 'two predictions, but one target: throw an error; countExamples does').toThrow(
      RangeError,
    )
    expect(() => mse([], []), 'an empty batch has no mean: throw an error; countExamples does').toThrow(RangeError)
  })

  test('does not change the predictions', () => {
    const hint = 'make a new list of losses: the caller may still need the predictions'
    expectKept(mse, [[150, 170, 210], [160, 170, 180], 'mean'], hint)
  })
})
