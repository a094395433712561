import { exercise, expect, test } from '@backprop/testkit'
import { gradcheck } from '#lab/gradcheck'

/** f(a, b) = a²b, with the gradient (2ab, a²): at (3, 2) that is (12, 9). */
const f = ([a, b]: number[]) => a * a * b
const at = () => [3, 2]

exercise('gradcheck', () => {
  test('measures the slopes', () => {
    expect(gradcheck(f, at(), [0, 0]).numeric, 'divide by 2h, and move one number at a time').toBeNear([12, 9], {
      relative: 1e-7,
    })
  })

  test('says that a right gradient is right', () => {
    expect(gradcheck(f, at(), [12, 9]).error, 'almost 0').toBeLessThan(1e-6)
  })

  test('names the worst entry', () => {
    const { worst, error } = gradcheck(f, at(), [12, 3])
    expect(worst, 'entries count from 0').toBe(1)
    expect(error, '9 − 3 = 6, and the largest number in both gradients is 12').toBeNear(0.5)
    expect(gradcheck(f, at(), [-12, 3]).worst, '24 off is worse than 6 off').toBe(0)
  })

  test('works for tiny functions', () => {
    const tiny = ([a, b]: number[]) => 1e-12 * a * a * b
    expect(gradcheck(tiny, at(), [12e-12, 3e-12]).error, 'the same error as above: nothing is added below').toBeNear(
      0.5,
    )
  })

  test('does not blame a step around a kink', () => {
    const abs = ([a]: number[]) => Math.abs(a)
    for (const slope of [-1, 0, 0.5, 1])
      expect(gradcheck(abs, [0], [slope]).error, `|a| at 0: ${slope} is between −1 and 1`).toBe(0)
    expect(
      gradcheck(([a]) => -Math.abs(a), [0], [0.5]).error,
      '−|a| at 0: 0.5 is between 1, the slope to the left, and −1, the one to the right',
    ).toBe(0)
    // The step to the left goes over the kink, and sees a slope between −1 and 1.
    expect(gradcheck(abs, [0.4e-5], [1]).error, 'beside the kink, on the side where the slope is 1').toBeLessThan(1e-6)
  })

  test('blames a slope that is on neither side of a kink', () => {
    expect(
      gradcheck(([a]) => Math.abs(a), [0], [2]).error,
      '2 is 1 away from the slope to the right; the largest number is 2',
    ).toBeNear(0.5)
  })

  test('has no error where nothing changes', () => {
    expect(gradcheck(() => 5, [1, 2], [0, 0]).error, '0 / 0 would be NaN').toBe(0)
  })

  test('finds a NaN the worst', () => {
    const { worst, error } = gradcheck(f, at(), [20, NaN])
    expect(worst, 'comparisons with NaN are false').toBe(1)
    expect(error, 'infinitely wrong').toBe(Infinity)
    expect(gradcheck(f, at(), [12, -Infinity]).error, 'a claim of −∞ counts like NaN').toBe(Infinity)
    expect(gradcheck(([a]) => Math.log(a), [0], [1]).error, 'log 0 is −∞: the measured slopes count too').toBe(Infinity)
  })

  test('rejects a gradient of a different length', () => {
    expect(() => gradcheck(f, at(), [12]), 'two numbers and one slope: throw a RangeError').toThrow(RangeError)
    expect(() => gradcheck(() => 1, [], []), 'nothing to check').toThrow(RangeError)
  })

  test('does not change the numbers', () => {
    const x = [3, 2]
    gradcheck(f, x, [12, 9])
    expect(x, 'move a copy').toEqual([3, 2])
  })
})
