import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { sigmoid } from '#lab/activations'

exercise('sigmoid', () => {
  test('rises', () => {
    const [low, high] = sigmoid([-2, 2])
    expect(
      low < high,
      'a larger score must give a larger answer: does your denominator have e to the power of x instead of −x?',
    ).toBe(true)
  })

  test('gives the numbers of the README', () => {
    const x = [-Math.log(3), 0, Math.log(3)]
    expect(sigmoid(x), '1 / (1 + 3), 1 / (1 + 1) and 1 / (1 + ⅓)').toBeNear([0.25, 0.5, 0.75])
  })

  test('is 0 or 1 far from zero, not NaN', () => {
    expect(
      sigmoid([-1000, 1000]),
      'e¹⁰⁰⁰ is Infinity, and Infinity / Infinity is NaN: is eˣ in the numerator?',
    ).toBeNear([0, 1])
  })

  test('keeps the digits of small results', () => {
    // For large negative x, 1 / (1 + e⁻ˣ) is nearly eˣ.
    expect(sigmoid([-40]), 'e⁻⁴⁰ is 4.2e-18: do you subtract something that small from 1?').toBeNear([Math.exp(-40)], {
      absolute: 0,
    })
  })

  test('returns an empty list for an empty list', () => {
    expect(sigmoid([]), 'an empty list stays empty').toBeNear([])
  })

  test('does not change its argument', () => {
    expectKept(sigmoid, [[-1, 2]], 'return a new list')
  })
})
