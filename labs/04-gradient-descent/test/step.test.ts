import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { step } from '#lab/descent'

exercise('step', () => {
  test('takes the first step of the README', () => {
    expect(step([4, 1], [4, 10], 0.15), 'w − η·g is 4 − 0.15·4 and 1 − 0.15·10').toBeNear([3.4, -0.5])
  })

  test('walks against the gradient', () => {
    expect(step([0], [2], 0.5), 'the loss grows with w, so w must get smaller: is the sign right?').toBeNear([-1])
  })

  test('does not change the weights or the gradient', () => {
    expectKept(step, [[4, 1], [4, 10], 0.15], 'return a new list: the caller may want to record the path')
  })

  test('rejects a gradient of the wrong length', () => {
    expect(() => step([1, 2], [1], 0.1), 'two weights and one slope: throw a RangeError').toThrow(RangeError)
    expect(() => step([1], [1, 2], 0.1), 'one weight and two slopes: throw a RangeError').toThrow(RangeError)
  })

  test('rejects a gradient that is not finite', () => {
    expect(() => step([1, 2], [1, NaN], 0.1), 'NaN would spread to every weight: throw a RangeError').toThrow(
      RangeError,
    )
    expect(() => step([1], [Infinity], 0.1), 'use Number.isFinite, which is false for ∞ too').toThrow(RangeError)
  })
})
