import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { zeroOne } from '#lab/losses'

exercise('zero-one', () => {
  test('is the share of wrong answers', () => {
    expect(zeroOne([1, 0, 0], [1, 0, 1]), 'one of three answers is wrong: is it the share of the right ones?').toBeNear(
      1 / 3,
    )
  })

  test('takes classes for names, not for numbers', () => {
    expect(zeroOne([9], [1]), 'wrong is wrong: 9 for 1 is no worse than 2 for 1').toBeNear(1)
  })

  test('counts the wrong answers when the sum is asked for', () => {
    expect(zeroOne([3, 5, 3, 0], [3, 4, 3, 1], 'sum'), 'the sum is not divided by N').toBeNear(2)
  })

  test('refuses lists of different lengths, and empty ones', () => {
    expect(
      () => zeroOne([1, 0], [1]),
      'two answers, but one label: throw an error; countExamples(answers, labels) does',
    ).toThrow(RangeError)
    expect(() => zeroOne([], []), 'no examples: throw an error, for 0 / 0 is NaN, and NaN goes unnoticed').toThrow(
      RangeError,
    )
  })
  test('leaves the lists as they were', () => {
    expectKept(zeroOne, [[1, 0], [1, 1], 'sum']) // prettier-ignore
  })
})
