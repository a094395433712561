import { exercise, expect, test } from '@backprop/testkit'
import { gradientCheck } from '#lab/network'

/** f(a, b) = a²b, with the gradient (2ab, a²): at (3, 2) that is (12, 9). */
const f = ([a, b]: number[]) => a * a * b
const at = [3, 2]

exercise('gradient-check', () => {
  test('finds the gradient by moving one weight at a time', () => {
    const { numeric } = gradientCheck(f, at, [12, 9])
    expect(numeric, "f(a, b) = a²b at (3, 2): divide by (2 * h), and don't move the other weights").toBeNear([12, 9], {
      relative: 1e-7,
    })
  })

  test('looks at both sides', () => {
    const { numeric } = gradientCheck(([a]) => a * a, [0], [0])
    expect(numeric, 'a² is flat at 0: a step to only one side sees a slope of 1e-5').toBeNear([0], {
      absolute: 1e-9,
    })
  })

  test('says that a right gradient is right', () => {
    expect(gradientCheck(f, at, [12, 9]).error, 'almost 0').toBeLessThan(1e-6)
  })

  test('says that a wrong gradient is wrong', () => {
    const { error } = gradientCheck(f, at, [24, 18])
    expect(error, 'twice too large: ‖g‖ / (‖2g‖ + ‖g‖) = 1/3').toBeNear(1 / 3)
    expect(gradientCheck(f, at, [-12, -9]).error, 'the wrong sign: ‖2g‖ / (‖g‖ + ‖g‖) = 1').toBeNear(1)
  })

  test('has an error of 0 where both gradients are 0', () => {
    expect(gradientCheck(() => 5, [1], [0]).error, '0 / 0 would be NaN').toBe(0)
  })

  test('does not accept a gradient that contains NaN', () => {
    for (const bad of [NaN, Infinity]) {
      const { error } = gradientCheck(f, at, [12, bad])
      expect(error < 0.1, 'an error of NaN, ∞ or 1 says so; (NaN || 0) is 0').toBe(false)
    }
  })

  test('says that a wrong gradient of a tiny loss is wrong', () => {
    const tiny = ([a, b]: number[]) => 1e-12 * a * a * b
    expect(
      gradientCheck(tiny, at, [24e-12, 18e-12]).error,
      'twice too large: did you add a small number to the denominator?',
    ).toBeNear(1 / 3)
  })

  test('rejects a gradient of the wrong length', () => {
    expect(() => gradientCheck(f, at, [12]), 'two weights and one slope: throw a RangeError').toThrow(RangeError)
    expect(() => gradientCheck(f, at, [12, 9, 0]), 'two weights and three slopes').toThrow(RangeError)
  })

  test('does not change the weights', () => {
    const w = [3, 2]
    gradientCheck(f, w, [12, 9])
    expect(w, 'move a copy, or restore the weight exactly').toEqual([3, 2])
  })
})
