import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { zeroOne } from '#lab/losses'

exercise('zero-one', () => {
  test('is the share of wrong answers', () => {
    expect(
      zeroOne([1, 0, 0], [1, 0, 1]),
      'one of three answers is wrong: did you compute the share of right ones?',
    ).toBeNear(1 / 3)
  })

  test('treats classes as names, not as numbers', () => {
    expect(zeroOne([9], [1]), 'wrong is wrong: 9 instead of 1 is no worse than 2 instead of 1').toBeNear(1)
  })

  test("counts the wrong answers if the reduction is 'sum'", () => {
    expect(zeroOne([3, 5, 3, 0], [3, 4, 3, 1], 'sum'), 'the sum is not divided by N').toBeNear(2)
  })

  test('rejects lists of different lengths, and empty ones', () => {
    expect(
      () => zeroOne([1, 0], [1]),
      'two answers, but one label: throw an error; countExamples(answers, labels) does',
    ).toThrow(RangeError)
    expect(() => zeroOne([], []), 'no examples: throw an error, because 0 / 0 is NaN, and NaN goes unnoticed').toThrow(
      RangeError,
    )
  })
  test('does not change its arguments', () => {
    expectKept(zeroOne, [[1, 0], [1, 1], 'sum'])
  })
})
